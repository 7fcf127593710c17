/** The sentences of the dashboard in the reader's language. English is there at once; another catalogue is loaded. */

import { usePreferences } from "@parlance/chat/preferences";
import { createContext, use, useEffect, useState, type ReactNode } from "react";
import { english, type Words } from "./english.ts";

const Context = createContext<Words>(english);
let spoken: Words = english;

export function useWords(): Words {
  return use(Context);
}

/** For what is said outside of what is drawn. */
export function words(): Words {
  return spoken;
}

export function WordsProvider({ children }: { readonly children: ReactNode }) {
  const { language } = usePreferences();
  const [german, setGerman] = useState<Words>();
  useEffect(() => {
    if (language === "de") void import("./german.ts").then((catalogue) => { setGerman(catalogue.german); });
  }, [language]);
  const chosen = language === "de" && german ? german : english;
  useEffect(() => {
    spoken = chosen;
  }, [chosen]);
  return <Context value={chosen}>{children}</Context>;
}
