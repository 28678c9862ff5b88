/** The papers of an applicant beside what was read from them. A picture is shown for a reason, and noted. */
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Image, Input, Modal, Space, Table, Tag } from "antd";
import { useState } from "react";
import { file, get, Refused } from "../base/api";
import { may, useMe } from "../base/me";
import { instant } from "../base/shown";
import { Loaded, None } from "../ui/states";
import { Code } from "../ui/value";
import { named, said, useWords } from "../words";

export function Documents({ application }: { application: string }) {
  const words = useWords();
  const found = useQuery({
    queryKey: ["/v1/staff/applications", application, "documents"],
    queryFn: () => get("/v1/staff/applications/{application_id}/documents", { application_id: application }),
  });
  return (
    <Loaded of={found}>
      {({ data }) => (
        <div className="cards wide">
          {data.length === 0 && <None what={words.applicant.noDocuments} />}
          {data.map((one) => (
            <Card
              key={one.id}
              size="small"
              title={
                <Space>
                  {said(words, one.kind)} <Code code={one.status} />
                </Space>
              }
              extra={<span className="quiet">{instant(one.at)}</span>}
            >
              <Space align="start" size={16} wrap>
                {one.pages > 0 && <Pages document={one.id} pages={one.pages} />}
                <Table
                  size="small"
                  pagination={false}
                  rowKey="name"
                  dataSource={Object.entries(one.fields).map(([name, value]) => ({ name, value }))}
                  columns={[
                    { title: words.applicant.field, dataIndex: "name", render: (name: string) => named(words, name) },
                    {
                      title: words.applicant.read,
                      dataIndex: "value",
                      render: (value: string, row) => (
                        <>
                          {value}{" "}
                          {one.corrected.includes(row.name) && <Tag color="warning">{words.applicant.corrected}</Tag>}
                        </>
                      ),
                    },
                  ]}
                />
              </Space>
              {one.findings.map((finding) => (
                <Tag key={finding} color="error">
                  {said(words, finding)}
                </Tag>
              ))}
            </Card>
          ))}
        </div>
      )}
    </Loaded>
  );
}

function Pages({ document, pages }: { document: string; pages: number }) {
  const words = useWords();
  const me = useMe();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const [refused, setRefused] = useState("");
  const [shown, setShown] = useState<string[]>([]);
  if (!may(me, "GET", "/v1/staff/documents/{document_id}/pages/{number}")) return null;
  const look = async () => {
    try {
      const found = [];
      for (let number = 1; number <= pages; number += 1)
        found.push(
          URL.createObjectURL(
            await file("/v1/staff/documents/{document_id}/pages/{number}", { document_id: document, number, reason }),
          ),
        );
      setShown(found);
      setAsking(false);
    } catch (error) {
      setRefused(error instanceof Refused ? error.message : words.states.unreached);
    }
  };
  return (
    <>
      {shown.map((one) => (
        <Image key={one} src={one} width={240} alt={words.applicant.picture} />
      ))}
      {shown.length === 0 && <Button onClick={() => setAsking(true)}>{words.acts.look[0]}</Button>}
      <Modal
        open={asking}
        title={words.acts.look[0]}
        onCancel={() => setAsking(false)}
        onOk={look}
        okButtonProps={{ disabled: reason.trim().length < 4 }}
      >
        <p className="does">{words.acts.look[1]}</p>
        <Input
          aria-label={words.fields.reason}
          placeholder={words.fields.reason}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {refused && <p role="alert">{refused}</p>}
      </Modal>
    </>
  );
}
