"""Reference for stored messages: one empty unary call after the other, grpc.aio at both ends."""

import sys
import time

import grpc
import uvloop

SERVICE, METHOD = "bench.Bare", "Call"


async def answer(request: bytes, context: "grpc.aio.ServicerContext[bytes, bytes]") -> bytes:
    """Answer nothing with nothing: no message class is involved."""
    return b""


async def serve(address: str) -> None:
    """Serve until stopped."""
    methods: dict[str, grpc.RpcMethodHandler[bytes, bytes]] = {METHOD: grpc.unary_unary_rpc_method_handler(answer)}
    server = grpc.aio.server(handlers=(grpc.method_handlers_generic_handler(SERVICE, methods),))
    server.add_insecure_port(address)
    await server.start()
    await server.wait_for_termination()


async def call(address: str, seconds: float) -> None:
    """Print how many calls were made, and the CPU seconds that this end spent on them."""
    async with grpc.aio.insecure_channel(address) as channel:
        method: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(f"/{SERVICE}/{METHOD}")
        await method(b"")
        calls, cpu, end = 0, time.process_time(), time.monotonic() + seconds
        while time.monotonic() < end:
            await method(b"")
            calls += 1
        print(calls, time.process_time() - cpu)


def main() -> None:
    """Run one end: `serve address` or `call address seconds`."""
    match sys.argv[1:]:
        case ["serve", address]:
            uvloop.run(serve(address))
        case ["call", address, seconds]:
            uvloop.run(call(address, float(seconds)))
        case other:
            sys.exit(f"Unknown: {other}")


if __name__ == "__main__":
    main()
