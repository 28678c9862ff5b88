import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App, ConfigProvider, Skeleton, theme } from "antd";
import en from "antd/locale/en_US";
import zh from "antd/locale/zh_CN";
import { type ComponentType, lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { createHashRouter, Navigate, Outlet, RouterProvider, useRouteError } from "react-router";
import "./app.css";
import { Refused } from "./base/api";
import { useLanguage, useShade } from "./base/language";
import { may, useMe } from "./base/me";
import { useToken } from "./base/session";
import { Frame } from "./frame";
import { Today } from "./today/today";
import { Failed } from "./ui/states";

const LogIn = lazy(() => import("./log-in").then((all) => ({ default: all.LogIn })));
const answers = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      retry: (tried, error) => tried < 2 && !(error instanceof Refused),
    },
  },
});

/** A page that is fetched when somebody goes there. */
function page<Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name) {
  const Page: ComponentType = lazy(() => load().then((all) => ({ default: all[name] as ComponentType })));
  return <Page />;
}

const pages = createHashRouter([
  {
    element: <Inside />,
    errorElement: <Broken />,
    children: [
      { path: "/", element: <Home /> },
      { path: "/today", element: <Today /> },
      { path: "/applications", element: page(() => import("./onboarding/applications"), "Applications") },
      { path: "/applications/:id", element: page(() => import("./onboarding/applicant"), "Applicant") },
      { path: "/people/:id", element: page(() => import("./onboarding/person"), "PersonPage") },
      { path: "/duplicates", element: page(() => import("./onboarding/duplicates"), "Duplicates") },
      { path: "/watch-lists", element: page(() => import("./onboarding/watch-lists"), "WatchLists") },
      { path: "/reviews", element: page(() => import("./credit/reviews"), "Reviews") },
      { path: "/strategies", element: page(() => import("./credit/strategies"), "Strategies") },
      { path: "/strategies/:id", element: page(() => import("./credit/strategy"), "StrategyPage") },
      { path: "/models", element: page(() => import("./credit/models"), "Models") },
      { path: "/models/:use", element: page(() => import("./credit/model"), "ModelPage") },
      { path: "/models/:use/versions/:number", element: page(() => import("./credit/versions"), "VersionPage") },
      { path: "/features", element: page(() => import("./credit/features"), "Features") },
      { path: "/loans", element: page(() => import("./lending/loans"), "Loans") },
      { path: "/loans/:id", element: page(() => import("./lending/loan"), "LoanPage") },
      { path: "/lines", element: page(() => import("./lending/lines"), "Lines") },
      { path: "/lines/:id", element: page(() => import("./lending/line"), "LinePage") },
      { path: "/bureau-files", element: page(() => import("./books/bureau"), "BureauFiles") },
      { path: "/classes", element: page(() => import("./lending/class"), "Classes") },
      { path: "/adjustments", element: page(() => import("./lending/adjustments"), "Adjustments") },
      { path: "/products", element: page(() => import("./lending/products"), "Products") },
      { path: "/products/:id", element: page(() => import("./lending/product"), "ProductPage") },
      { path: "/merchants", element: page(() => import("./lending/merchants"), "Merchants") },
      { path: "/partners", element: page(() => import("./lending/partners"), "Partners") },
      { path: "/work-list", element: page(() => import("./postloan/cases"), "WorkList") },
      { path: "/cases", element: page(() => import("./postloan/cases"), "Cases") },
      { path: "/cases/:id", element: page(() => import("./postloan/case"), "CasePage") },
      { path: "/disputes", element: page(() => import("./postloan/disputes"), "Disputes") },
      { path: "/hardship", element: page(() => import("./postloan/hardship"), "Hardship") },
      { path: "/hardship/:id", element: page(() => import("./postloan/hardship"), "HardshipPage") },
      { path: "/agencies", element: page(() => import("./postloan/agencies"), "Agencies") },
      { path: "/agencies/:id", element: page(() => import("./postloan/agencies"), "AgencyPage") },
      { path: "/sales", element: page(() => import("./postloan/sales"), "Sales") },
      { path: "/sales/:id", element: page(() => import("./postloan/sales"), "SalePage") },
      { path: "/agency-cases", element: page(() => import("./postloan/agency"), "AgencyCases") },
      { path: "/agency-cases/:id", element: page(() => import("./postloan/agency"), "AgencyCasePage") },
      { path: "/warnings", element: page(() => import("./postloan/warnings"), "Warnings") },
      { path: "/legal-cases", element: page(() => import("./postloan/legal"), "LegalCases") },
      { path: "/legal-cases/:id", element: page(() => import("./postloan/legal"), "LegalCasePage") },
      { path: "/payments", element: page(() => import("./payments/payments"), "Payments") },
      { path: "/payments/:id", element: page(() => import("./payments/payments"), "PaymentPage") },
      { path: "/files", element: page(() => import("./payments/files"), "Files") },
      { path: "/limits", element: page(() => import("./payments/files"), "Limits") },
      { path: "/reconciliation", element: page(() => import("./payments/reconciliation"), "Reconciliation") },
      { path: "/discrepancies", element: page(() => import("./payments/reconciliation"), "Discrepancies") },
      { path: "/receipts", element: page(() => import("./payments/reconciliation"), "Receipts") },
      { path: "/ledger", element: page(() => import("./books/ledger"), "Ledger") },
      { path: "/ledger/:account", element: page(() => import("./books/ledger"), "AccountPage") },
      { path: "/books", element: page(() => import("./books/books"), "Books") },
      { path: "/provisions", element: page(() => import("./books/provisions"), "Provisions") },
      { path: "/portfolio", element: page(() => import("./books/portfolio"), "Portfolio") },
      { path: "/capital", element: page(() => import("./books/capital"), "Capital") },
      { path: "/returns", element: page(() => import("./books/returns"), "Returns") },
      { path: "/returns/:id", element: page(() => import("./books/returns"), "ReturnPage") },
      { path: "/rights", element: page(() => import("./governance/rights"), "Rights") },
      { path: "/rights/:id", element: page(() => import("./governance/rights"), "RightPage") },
      { path: "/alarms", element: page(() => import("./governance/alarms"), "Alarms") },
      { path: "/aml-cases", element: page(() => import("./governance/laundering"), "AmlCases") },
      { path: "/aml-cases/:id", element: page(() => import("./governance/laundering"), "AmlCasePage") },
      { path: "/data-map", element: page(() => import("./governance/data-map"), "DataMap") },
      { path: "/compliance", element: page(() => import("./governance/compliance"), "Compliance") },
      { path: "/audit", element: page(() => import("./governance/audit"), "Audit") },
      { path: "/roles", element: page(() => import("./settings/roles"), "Roles") },
      { path: "/settings", element: page(() => import("./settings/settings"), "Settings") },
      { path: "*", element: page(() => import("./ui/nowhere"), "Nowhere") },
    ],
  },
]);

/** Where somebody's day begins: an agency has its cases and nothing else of ours. */
function Home() {
  const me = useMe();
  return may(me, "GET", "/v1/agency/cases") ? <Navigate to="/agency-cases" replace /> : <Today />;
}

/** What is only there for who is logged in; where somebody wanted to go stays in the address meanwhile. */
function Inside() {
  const token = useToken();
  if (!token)
    return (
      <Suspense>
        <LogIn />
      </Suspense>
    );
  return (
    <Frame key={token}>
      <Suspense fallback={<Skeleton className="page" active paragraph={{ rows: 8 }} />}>
        <Outlet />
      </Suspense>
    </Frame>
  );
}

function Broken() {
  const error = useRouteError();
  return <Failed error={error instanceof Error ? error : new Error(String(error))} again={() => location.reload()} />;
}

function Console() {
  const [language, shade] = [useLanguage(), useShade()];
  const dark = shade === "dark";
  const [accent, soft, solid] = dark ? ["#5fd0ae", "#14312a", "#17795b"] : ["#0b6650", "#e4f1eb", "#0b6650"];
  const quiet = dark ? "#a5b3ad" : "#5f6b66";
  document.documentElement.dataset.shade = shade;
  return (
    <ConfigProvider
      locale={language === "zh" ? zh : en}
      button={{ autoInsertSpace: false }}
      theme={{
        algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: {
          colorPrimary: solid,
          colorLink: accent,
          colorError: dark ? "#ff6b60" : "#cf1322",
          colorTextDescription: quiet,
          colorTextPlaceholder: quiet,
          colorTextTertiary: quiet,
          borderRadius: 6,
          fontSize: 14,
        },
        components: {
          Layout: { headerHeight: 52 },
          Tabs: { itemSelectedColor: accent, itemHoverColor: accent },
          Table: { cellPaddingBlockSM: 7, rowSelectedBg: soft, rowSelectedHoverBg: soft },
          Menu: {
            itemSelectedBg: soft,
            itemSelectedColor: accent,
            subMenuItemSelectedColor: accent,
            subMenuItemBg: "transparent",
            itemHeight: 34,
          },
        },
      }}
    >
      <App>
        <QueryClientProvider client={answers}>
          <RouterProvider router={pages} />
        </QueryClientProvider>
      </App>
    </ConfigProvider>
  );
}

document.documentElement.lang = localStorage.getItem("xindai.language") === "en" ? "en" : "zh";
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <Console />
    </StrictMode>,
  );
