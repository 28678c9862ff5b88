import { useLanguage } from "../base/language";
import { Act } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { useWords } from "../words";

export function Products() {
  const words = useWords();
  const language = useLanguage();
  return (
    <Page title={words.sections.products} about={words.about.products}>
      <Listing
        whole
        path="/v1/staff/products"
        columns={[
          "id",
          { name: "name", show: (one) => String(one.product[`name_${language}`]) },
          "status",
          "effective_from",
          "proposed_by",
          "decided_by",
        ]}
        to={(one) => `/products/${one.id}`}
        acts={(one) => <ProductActs of={one} />}
      />
    </Page>
  );
}

export function ProductActs({ of }: { of: { id: string; status: string } }) {
  const values = { version_id: of.id };
  return (
    <>
      {of.status === "proposed" && (
        <Act act="approve" path="/v1/staff/products/{version_id}/approvals" values={values} />
      )}
      {of.status === "proposed" && (
        <Act act="reject" danger path="/v1/staff/products/{version_id}/rejections" values={values} />
      )}
      {of.status === "approved" && (
        <Act act="takeBack" danger path="/v1/staff/products/{version_id}/withdrawals" values={values} />
      )}
    </>
  );
}
