import { Result } from "antd";
import { Link } from "react-router";
import { useWords } from "../words";

export function Nowhere() {
  const words = useWords();
  return <Result status="404" title={words.states.nowhere} extra={<Link to="/today">{words.sections.today}</Link>} />;
}
