import { TextField } from "@parlance/ui";
import { useState } from "react";
import { useLocation } from "wouter";
import { useOpenBusiness } from "../business/use-business.ts";
import { useWords } from "../words/words.tsx";
import { Area, Section } from "./section.tsx";
import { useSaving } from "./use-saving.ts";

export function Profile() {
  const words = useWords();
  const { business, businesses } = useOpenBusiness();
  const [, navigate] = useLocation();
  const saving = useSaving();
  const [name, setName] = useState(business.name);
  const [slug, setSlug] = useState(business.slug);
  const [description, setDescription] = useState(business.description);
  const [logo_url, setLogo] = useState(business.logo_url);
  const [away_message, setAway] = useState(business.away_message);
  const save = async (): Promise<void> => {
    const changed = await businesses.change(business, { name, description, logo_url, away_message, ...(slug === business.slug ? {} : { slug }) });
    if (changed.slug !== business.slug) navigate(`/${changed.slug}/settings/profile`, { replace: true });
  };
  return (
    <Section saving={saving} onSave={save}>
      <TextField label={words.businessName} value={name} required maxLength={80} onChange={({ target }) => { setName(target.value); }} />
      <TextField
        label={words.slug}
        value={slug}
        required
        maxLength={40}
        hint={`${location.origin}/b/${slug}`}
        error={saving.error?.field === "slug" ? saving.error.message : undefined}
        onChange={({ target }) => { setSlug(target.value); }}
      />
      <Area label={words.description} value={description} onChange={setDescription} />
      <TextField label={words.logo} hint={words.logoHint} value={logo_url} maxLength={500} onChange={({ target }) => { setLogo(target.value); }} />
      <Area label={words.awayMessage} value={away_message} onChange={setAway} />
    </Section>
  );
}
