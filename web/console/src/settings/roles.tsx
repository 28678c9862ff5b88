/** Who may do what: every permission beside the roles that hold it, and roles of the lender's own, by two people. */
import { CheckOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Input, Space, Table, Tag } from "antd";
import { useState } from "react";
import { type Answer, get } from "../base/api";
import { useLanguage } from "../base/language";
import { Act, Deciding } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { roleName, useWords } from "../words";

type Permission = Answer<"get", "/v1/staff/permissions">["data"][number];

/** What everybody holds, and what goes with being an agent: neither is chosen for a role of one's own. */
const GIVEN = ["session.own", "agency.work"];

export function Roles() {
  const words = useWords();
  const language = useLanguage();
  const found = useQuery({ queryKey: ["/v1/staff/permissions"], queryFn: () => get("/v1/staff/permissions") });
  const choices = (found.data?.data ?? []).filter((one) => !GIVEN.includes(one.name));
  const labels = Object.fromEntries(choices.map((one) => [one.name, one[language]]));
  return (
    <Page
      title={words.sections.roles}
      about={words.about.roles}
      acts={
        <Act
          act="proposeRole"
          primary
          path="/v1/staff/roles"
          asks={[
            { name: "name", as: "text", label: "role" },
            { name: "permissions", as: "several", of: choices.map((one) => one.name), labels },
            { name: "why", as: "long" },
          ]}
        />
      }
    >
      <h2>{words.roles.own}</h2>
      <Listing
        whole
        path="/v1/staff/roles"
        columns={[
          "id",
          {
            name: "permissions",
            width: 420,
            show: (one) => (
              <span className="wraps">
                {one.permissions
                  .filter((name) => !GIVEN.includes(name))
                  .map((name) => labels[name] ?? name)
                  .join(" · ") || "—"}
              </span>
            ),
          },
          "why",
          "status",
          "proposed_by",
          "proposed_on",
          "decided_by",
        ]}
        empty={words.roles.none}
        acts={(one) =>
          one.status === "proposed" ? (
            <Deciding path="/v1/staff/roles/{version_id}" values={{ version_id: one.id }} />
          ) : (
            one.status === "approved" && (
              <Act
                act="withdrawRole"
                danger
                path="/v1/staff/roles/{version_id}/withdrawals"
                values={{ version_id: one.id }}
              />
            )
          )
        }
      />
      <Loaded of={found}>
        {({ data }) => (
          <>
            <h2>{words.roles.all(data.length)}</h2>
            <Matrix of={data} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** Permissions down, roles across; the doors that one opens are shown where a row is opened. */
function Matrix({ of }: { of: Permission[] }) {
  const words = useWords();
  const language = useLanguage();
  const [wanted, setWanted] = useState("");
  const roles = [...new Set(of.flatMap((one) => one.roles))];
  const shown = of.filter((one) =>
    `${one.name} ${one.en} ${one.zh} ${one.doors.join(" ")}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  return (
    <>
      <Input.Search
        allowClear
        aria-label={words.roles.find}
        placeholder={words.roles.find}
        onChange={(event) => setWanted(event.target.value.trim())}
        style={{ maxWidth: 320, marginBottom: 8 }}
      />
      <Table
        size="small"
        rowKey="name"
        pagination={false}
        dataSource={shown}
        sticky
        scroll={{ x: "max-content" }}
        expandable={{
          expandedRowRender: (one) => (
            <Space wrap size={4}>
              {one.doors.map((door) => (
                <Tag key={door} className="id">
                  {door}
                </Tag>
              ))}
            </Space>
          ),
        }}
        columns={[
          {
            title: words.fields.permission,
            key: "permission",
            render: (_, one) => (
              <>
                {one[language]} <span className="quiet id">{one.name}</span>
              </>
            ),
          },
          ...roles.map((role) => ({
            title: roleName(words, role),
            key: role,
            align: "center" as const,
            render: (_: unknown, one: Permission) =>
              one.roles.includes(role) ? <CheckOutlined aria-label={words.yes} /> : <span className="quiet">·</span>,
          })),
        ]}
      />
    </>
  );
}
