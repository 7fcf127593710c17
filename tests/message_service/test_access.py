import pytest
from google.protobuf.descriptor import ServiceDescriptor

from mesh import access
from message_service.attachment_servicer import AttachmentServicer
from message_service.live_servicer import LiveServicer
from message_service.servicer import MessageServicer
from parlance.message.v1 import attachment_pb2, live_pb2, message_pb2


@pytest.mark.parametrize(
    ("service", "servicer"),
    [
        (message_pb2.DESCRIPTOR.services_by_name["MessageService"], MessageServicer),
        (attachment_pb2.DESCRIPTOR.services_by_name["AttachmentService"], AttachmentServicer),
        (live_pb2.DESCRIPTOR.services_by_name["LiveService"], LiveServicer),
    ],
)
def test_every_rpc_says_who_may_call_it(service: ServiceDescriptor, servicer: type) -> None:
    for method in service.methods:
        assert access.allowed_callers(getattr(servicer, method.name)), f"{method.full_name} says nothing"
