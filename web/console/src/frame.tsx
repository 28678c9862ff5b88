/** What surrounds every page: the sections one may open, the business day, who one is, and a way to anywhere by keyboard. */
import {
  AuditOutlined,
  BookOutlined,
  BulbOutlined,
  DashboardOutlined,
  LogoutOutlined,
  PhoneOutlined,
  SearchOutlined,
  SettingOutlined,
  SlidersOutlined,
  SolutionOutlined,
  SwapOutlined,
  TranslationOutlined,
  WalletOutlined,
} from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Layout, Menu, Space, Tag, Tooltip } from "antd";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { get, Refused } from "./base/api";
import { dim, speak, useLanguage, useShade } from "./base/language";
import { type Me, MeContext, useMe } from "./base/me";
import { address, mayOpen, type Part, sectionsOf } from "./base/places";
import { end } from "./base/session";
import { instant } from "./base/shown";
import { Failed, Loaded } from "./ui/states";
import { roleName, useWords } from "./words";

const GoTo = lazy(() => import("./go-to").then((all) => ({ default: all.GoTo })));
const ICONS: Record<Part, ReactNode> = {
  today: <DashboardOutlined />,
  onboarding: <SolutionOutlined />,
  credit: <SlidersOutlined />,
  lending: <WalletOutlined />,
  postloan: <PhoneOutlined />,
  payments: <SwapOutlined />,
  books: <BookOutlined />,
  governance: <AuditOutlined />,
  settings: <SettingOutlined />,
};

export function Frame({ children }: { children: ReactNode }) {
  const me = useQuery({ queryKey: ["/v1/staff/me"], queryFn: () => get("/v1/staff/me") });
  return (
    <Loaded of={me}>
      {(found) => (
        <MeContext.Provider value={found as Me}>
          <Within>{children}</Within>
        </MeContext.Provider>
      )}
    </Loaded>
  );
}

function Within({ children }: { children: ReactNode }) {
  const me = useMe();
  const { pathname } = useLocation();
  const [narrow, setNarrow] = useState(false);
  return (
    <Layout className="frame" hasSider>
      <Layout.Sider theme="light" width={216} collapsible collapsed={narrow} onCollapse={setNarrow} breakpoint="lg">
        <Sections narrow={narrow} />
      </Layout.Sider>
      <Layout>
        <Head />
        <Layout.Content>
          {mayOpen(me, pathname) ? children : <Failed error={new Refused(403, "role_missing", "")} />}
        </Layout.Content>
      </Layout>
    </Layout>
  );
}

function Sections({ narrow }: { narrow: boolean }) {
  const words = useWords();
  const me = useMe();
  const { pathname } = useLocation();
  const at = `/${pathname.split("/")[1] || "today"}`;
  const parts = sectionsOf(me);
  const open = parts.find(([, sections]) => sections.some((one) => address(one) === at))?.[0];
  const [opened, setOpened] = useState<string[]>(open ? [open] : []);
  useEffect(() => {
    setOpened(open ? [open] : []);
  }, [open]);
  return (
    <nav aria-label={words.frame.sections}>
      <Link to="/today" className="brand">
        <span aria-hidden="true">信</span>
        {!narrow && <b>Xindai 信贷</b>}
      </Link>
      <Menu
        mode="inline"
        inlineIndent={14}
        selectedKeys={[at]}
        {...(narrow ? {} : { openKeys: opened, onOpenChange: setOpened })}
        items={parts.map(([part, sections]) =>
          sections.length === 1 && sections[0]
            ? {
                key: address(sections[0]),
                icon: ICONS[part],
                label: <Link to={address(sections[0])}>{words.sections[sections[0]]}</Link>,
              }
            : {
                key: part,
                icon: ICONS[part],
                label: words.parts[part],
                children: sections.map((one) => ({
                  key: address(one),
                  label: <Link to={address(one)}>{words.sections[one]}</Link>,
                })),
              },
        )}
      />
    </nav>
  );
}

function Head() {
  const words = useWords();
  const me = useMe();
  const go = useNavigate();
  const [language, shade] = [useLanguage(), useShade()];
  const [seeking, setSeeking] = useState(false);
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setSeeking(true);
      }
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, []);
  return (
    <Layout.Header className="head">
      <Button icon={<SearchOutlined />} onClick={() => setSeeking(true)}>
        {words.frame.goTo} <kbd>Ctrl K</kbd>
      </Button>
      <Space size={12}>
        {me.emergency_until && (
          <Link to="/settings">
            <Tag color="error">{words.frame.emergency(instant(me.emergency_until))}</Tag>
          </Link>
        )}
        {me.sandbox && <Tag color="warning">{words.frame.sandbox}</Tag>}
        <span>
          {words.frame.businessDay} <b className="sum">{me.business_day}</b>
        </span>
        <Tooltip title={language === "zh" ? "English" : "中文"}>
          <Button
            type="text"
            icon={<TranslationOutlined />}
            aria-label={language === "zh" ? "English" : "中文"}
            onClick={() => speak(language === "zh" ? "en" : "zh")}
          />
        </Tooltip>
        <Tooltip title={words.frame.shade}>
          <Button
            type="text"
            icon={<BulbOutlined />}
            aria-label={words.frame.shade}
            onClick={() => dim(shade === "dark" ? "light" : "dark")}
          />
        </Tooltip>
        <span>
          {me.name} <span className="quiet">{roleName(words, me.role)}</span>
        </span>
        <Tooltip title={words.frame.logOut}>
          <Button type="text" icon={<LogoutOutlined />} aria-label={words.frame.logOut} onClick={end} />
        </Tooltip>
      </Space>
      {seeking && (
        <Suspense>
          <GoTo
            close={() => setSeeking(false)}
            to={(place) => {
              setSeeking(false);
              go(place);
            }}
          />
        </Suspense>
      )}
    </Layout.Header>
  );
}
