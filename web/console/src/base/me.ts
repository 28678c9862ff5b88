/** Who is logged in, as the server knows them. */
import { createContext, useContext } from "react";

export interface Me {
  name: string;
  /** One of ours, or one of the lender's own. */
  role: string;
  /** Until when the role is one taken in an emergency. */
  emergency_until: string | null;
  business_day: string;
  sandbox: boolean;
  /** What opens to them, each as `GET /v1/staff/loans/{loan_id}`. */
  doors: string[];
}

export const MeContext = createContext<Me | undefined>(undefined);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("nobody is logged in here");
  return me;
}

/** Whether a door opens to somebody. The server decides; this only spares dead ends. The sandbox's open to everybody. */
export function may(me: Me, method: "GET" | "POST" | "PUT" | "DELETE", path: string): boolean {
  return path.startsWith("/v1/sandbox/") || me.doors.includes(`${method} ${path}`);
}
