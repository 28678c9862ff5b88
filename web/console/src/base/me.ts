/** Who is logged in, as the server knows them. */
import { createContext, useContext } from "react";
import type { Role } from "./session";

export interface Me {
  name: string;
  role: Role;
  /** Until when the role is one taken in an emergency. */
  emergency_until: string | null;
  business_day: string;
  sandbox: boolean;
}

export const MeContext = createContext<Me | undefined>(undefined);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("nobody is logged in here");
  return me;
}
