import { useChat } from "@parlance/chat/hooks";
import { Avatar, IconButton, TextField } from "@parlance/ui";
import { Trash2 } from "lucide-react";
import { useState, useSyncExternalStore } from "react";
import { manages, useOpenBusiness } from "../business/use-business.ts";
import { useWords } from "../words/words.tsx";
import { Section } from "./section.tsx";
import styles from "./settings.module.css";
import { useSaving } from "./use-saving.ts";

type Role = "agent" | "admin";

/** Who answers for the business. */
export function TeamSettings() {
  const words = useWords();
  const { account, me } = useChat();
  const { business, businesses, team } = useOpenBusiness();
  const agents = useSyncExternalStore(team.listen, () => team.agents);
  const saving = useSaving();
  const [username, setUsername] = useState("");
  const path = { business_id: business.id };
  const isOwner = business.role === "owner";
  const add = async (): Promise<void> => {
    await account.call("POST /api/businesses/{business_id}/agents", { path, body: { username } });
    setUsername("");
    await team.load();
  };
  const remove = async (user_id: string): Promise<void> => {
    await account.call("DELETE /api/businesses/{business_id}/agents/{user_id}", { path: { ...path, user_id } });
    if (user_id === me.id) await businesses.load();
    else await team.load();
  };
  const change = async (user_id: string, role: Role): Promise<void> => {
    await account.call("PATCH /api/businesses/{business_id}/agents/{user_id}", { path: { ...path, user_id }, body: { role } });
    await team.load();
  };
  return (
    <>
      <ul className={styles["rows"]}>
        {agents.map(({ user, role, online }) => (
          <li key={user.id} className={styles["row"]}>
            <Avatar id={user.id} name={user.name} size={32} online={online} />
            <bdi className={styles["grow"]}>{user.name}</bdi>
            {isOwner && role !== "owner" ? (
              <select value={role} aria-label={user.name} onChange={({ target }) => { saving.run(async () => change(user.id, target.value as Role)); }}>
                <option value="agent">{words.roles.agent}</option>
                <option value="admin">{words.roles.admin}</option>
              </select>
            ) : (
              <span className={styles["hint"]}>{words.roles[role]}</span>
            )}
            {role !== "owner" && (user.id === me.id || isOwner || (manages(business) && role === "agent")) && (
              <IconButton label={`${user.id === me.id ? words.leave : words.remove}: ${user.name}`} onClick={() => { saving.run(async () => remove(user.id)); }}>
                <Trash2 size={16} strokeWidth={1.5} />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      <Section saving={saving} onSave={add} label={words.addAgent}>
        <TextField label={words.username} value={username} required autoCapitalize="none" onChange={({ target }) => { setUsername(target.value); }} />
      </Section>
    </>
  );
}
