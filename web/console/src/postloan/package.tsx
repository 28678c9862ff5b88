/** All that proves a claim as one archive, for a reason that is noted and that its debtor can see. */
import { ModalForm, ProFormText } from "@ant-design/pro-components";
import { Button } from "antd";
import { file } from "../base/api";
import { save } from "../ui/sheet";
import { useTelling } from "../ui/telling";
import { useWords } from "../words";

export function Package({ id }: { id: string }) {
  const words = useWords();
  const telling = useTelling();
  const [title, does] = words.acts.makePackage;
  return (
    <ModalForm<{ reason: string }>
      title={title}
      width={520}
      trigger={<Button>{title}</Button>}
      modalProps={{ destroyOnHidden: true, maskClosable: false }}
      submitter={{ searchConfig: { submitText: title, resetText: words.states.cancel } }}
      onFinish={async ({ reason }) => {
        await telling(async () =>
          save(await file("/v1/staff/legal-cases/{case_id}/package.zip", { case_id: id, reason }), `${id}.zip`),
        );
        return true;
      }}
    >
      <p className="does">{does}</p>
      <ProFormText
        name="reason"
        label={words.fields.reason}
        rules={[{ required: true, min: 4, message: words.states.needed }]}
      />
    </ModalForm>
  );
}
