import { Refused } from "@parlance/sdk";
import { useCallback, useEffect, useState } from "react";
import { navigate, useHistoryState } from "wouter/use-browser-location";
import type { Chat } from "../session/chat.ts";
import { useChat } from "../session/hooks.ts";
import { anchorOf, keepAnchor } from "./anchors.ts";

export interface OpenRoom {
  /** Whether what is to be shown is there. */
  readonly ready: boolean;
  /** The room is not there, or not open to whoever asks. */
  readonly refused: boolean;
  /** Changes whenever something else than before is looked at. */
  readonly visit: number;
  /** The message that was gone to last. */
  readonly highlight: { readonly id: string } | undefined;
  /** The newest messages were asked for, whatever of them is unread. */
  readonly latest: boolean;
  readonly loadOlder: () => void;
  readonly loadNewer: () => void;
  readonly goToLatest: () => void;
  readonly goTo: (messageId: string) => void;
}

/** Enters a room, and shows a message, or what one saw there last, or what is unread, or the newest messages. */
export function useOpenRoom(roomId: string, seq?: number): OpenRoom {
  const chat = useChat();
  const { timelines } = chat;
  // The same message may be asked for again.
  const { asked, latest = false } = useHistoryState<{ readonly asked?: number; readonly latest?: boolean } | null>() ?? {};
  const [ready, setReady] = useState(() => isThere(chat, roomId, seq ?? placeIn(chat, roomId, latest)));
  const [refused, setRefused] = useState(false);
  const [visit, setVisit] = useState(0);
  const [highlight, setHighlight] = useState<{ readonly id: string }>();

  const goTo = useCallback((messageId: string) => {
    setHighlight({ id: messageId });
  }, []);

  useEffect(() => {
    let current = true;
    const before = timelines.shown(roomId);
    show(chat, roomId, seq, latest).then(
      () => {
        if (!current) return;
        const shown = timelines.shown(roomId);
        if (shown !== before) setVisit((number) => number + 1);
        const found = shown.entries.find(({ message }) => message.seq === seq);
        if (found) goTo(found.message.id);
        setReady(true);
      },
      (error: unknown) => {
        if (current && error instanceof Refused && error.code !== "unavailable") setRefused(true);
      },
    );
    return () => {
      current = false;
    };
  }, [chat, timelines, roomId, seq, asked, latest, goTo]);

  const loadOlder = useCallback(() => {
    timelines.loadOlder(roomId).catch(askedAgain);
  }, [timelines, roomId]);
  const loadNewer = useCallback(() => {
    timelines.loadNewer(roomId).catch(askedAgain);
  }, [timelines, roomId]);
  const goToLatest = useCallback(() => {
    keepAnchor(roomId, undefined);
    setHighlight(undefined);
    timelines.lookAhead(roomId);
    setVisit((number) => number + 1);
    navigate(`/rooms/${encodeURIComponent(roomId)}${location.search}`, { replace: true, state: { latest: true } });
  }, [timelines, roomId]);

  return { ready, refused, visit, highlight, latest, loadOlder, loadNewer, goToLatest, goTo };
}

/** The `seq` to begin at; undefined for the end. */
function placeIn({ rooms }: Chat, roomId: string, latest: boolean): number | undefined {
  const room = rooms.get(roomId);
  return anchorOf(roomId)?.seq ?? (room && room.unread > 0 && !latest ? room.read_seq + 1 : undefined);
}

function isThere(chat: Chat, roomId: string, place: number | undefined): boolean {
  const { live } = chat.timelines.get(roomId);
  return live && (place === undefined || chat.timelines.shown(roomId).covers(place));
}

async function show(chat: Chat, roomId: string, seq: number | undefined, latest: boolean): Promise<void> {
  const { timelines } = chat;
  await timelines.open(roomId); // only then it is known what is unread
  const place = seq ?? placeIn(chat, roomId, latest);
  if (place === undefined) timelines.lookAhead(roomId);
  else await timelines.lookBack(roomId, place);
}

function askedAgain(): void {
  // by the next scrolling
}
