/** The shape of a page: its name, what can be done here, and what it shows. */
import { type ReactNode, useEffect } from "react";

export function Page({
  title,
  about,
  acts,
  children,
}: {
  title: ReactNode;
  about?: ReactNode;
  acts?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    if (typeof title === "string") document.title = `${title} · 信贷 Xindai`;
  }, [title]);
  return (
    <main className="page" id="main">
      <header>
        <div>
          <h1>{title}</h1>
          {about && <div className="about">{about}</div>}
        </div>
        {acts && <div className="acts">{acts}</div>}
      </header>
      {children}
    </main>
  );
}
