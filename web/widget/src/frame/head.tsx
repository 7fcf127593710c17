import type { PublicBusiness } from "@parlance/sdk/rest";
import { useState } from "preact/hooks";
import { text } from "../text/text.ts";
import { Icon } from "./icons.tsx";
import { promiseOf } from "./promise.ts";
import { isMuted, mute } from "./sound.ts";

interface HeadProps {
  readonly profile: PublicBusiness | undefined;
  readonly onClose: (() => void) | undefined;
}

/** Whom one talks to, and whether somebody is there. */
export function Head({ profile, onClose }: HeadProps) {
  const [muted, setMuted] = useState(isMuted);
  return (
    <header class="head">
      {profile?.logo_url ? <img class="logo" src={profile.logo_url} alt="" width="36" height="36" /> : null}
      <div class="who">
        <h1>
          <bdi>{profile?.name ?? "\u00a0"}</bdi>
        </h1>
        <p data-open={profile?.open}>{profile && promiseOf(profile)}</p>
      </div>
      <button
        type="button"
        class="icon"
        aria-label={muted ? text.unmute : text.mute}
        title={muted ? text.unmute : text.mute}
        onClick={() => {
          mute(!muted);
          setMuted(!muted);
        }}
      >
        <Icon name={muted ? "silent" : "sound"} />
      </button>
      {onClose && (
        <button type="button" class="icon" aria-label={text.close} title={text.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      )}
    </header>
  );
}
