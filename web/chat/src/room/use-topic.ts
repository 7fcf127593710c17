import { useEffect, useState } from "react";
import { useChat } from "../session/hooks.ts";

/** What the room is for, as it stands. */
export function useTopic(roomId: string): string {
  const { account, client } = useChat();
  const [topic, setTopic] = useState("");
  useEffect(() => {
    let current = true;
    account.call("GET /api/rooms/{room_id}", { path: { room_id: roomId } }).then(
      (room) => {
        if (current) setTopic(room.topic);
      },
      () => undefined, // a room without its topic is better than none
    );
    const stop = client.listen((event) => {
      if (event.type === "room_updated" && event.room === roomId) setTopic(event.topic);
    });
    return () => {
      current = false;
      stop();
    };
  }, [account, client, roomId]);
  return topic;
}
