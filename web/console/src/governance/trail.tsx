import { Listing } from "../ui/listing";
import { Value } from "../ui/value";

/** What was noted about something, newest first. */
export function Trail({ subject }: { subject: string }) {
  return <Notes values={{ subject }} />;
}

export function Notes({
  values = {},
  filters = {},
}: {
  values?: Record<string, string>;
  filters?: Record<string, "text" | readonly string[]>;
}) {
  return (
    <Listing
      path="/v1/staff/audit-notes"
      values={values}
      filters={filters}
      columns={["at", "actor", "action", "subject", { name: "facts", show: (one) => <Told of={one.facts} /> }]}
    />
  );
}

function Told({ of }: { of: Record<string, unknown> }) {
  const told = Object.entries(of);
  return told.length === 0 ? (
    "—"
  ) : (
    <span className="id">
      {told.map(([name, value]) => (
        <span key={name} style={{ marginRight: 12 }}>
          <span className="quiet">{name}</span>{" "}
          {typeof value === "string" ? <Value name={name} value={value} /> : JSON.stringify(value)}
        </span>
      ))}
    </span>
  );
}
