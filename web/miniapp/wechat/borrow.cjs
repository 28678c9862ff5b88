/**
 * Somebody borrows in WeChat: logs in by it, applies, reads the cost, signs, and gets the money.
 * Usage: node borrow.cjs DIST API WORLD PERSON, the person as JSON.
 */
const { Phone } = require("./phone.cjs");

async function main([dist, api, world, said]) {
  const person = JSON.parse(said);
  const press = async () => {
    const body = JSON.stringify({ phone: person.phone });
    const headers = { "Content-Type": "application/json" };
    return (await fetch(`${world}/_control/wechat-codes`, { method: "POST", body, headers })).json();
  };
  const phone = new Phone(dist, api, async () => (await press()).code);
  await phone.start();
  await phone.sees("明明白白借钱");
  await phone.sees("消费分期贷");
  await phone.tap("看看我能借多少");
  await phone.sees("微信一键登录");
  await phone.tap("微信一键登录");
  await phone.sees("授权手机号并登录");
  await phone.allowsPhoneNumber("授权手机号并登录", async () => (await press()).phone_code);
  await phone.sees("第一次来");
  await phone.tap("申请借款");
  await phone.sees("您想借多少");
  await phone.type("金额（元）", "3000");
  await phone.tap("6 个月");
  await phone.tap("购物消费");
  await phone.type("月收入（元，税后）", "9000");
  await phone.tap("继续");
  await phone.sees("您同意我们了解什么");
  for (const scope of ["身份核验", "信用报告查询", "系统自动审批"]) await phone.tap(`同意 ${scope}`);
  await phone.tap("继续");
  await phone.sees("确认您的身份");
  await phone.type("姓名", person.name);
  await phone.type("身份证号", person.id_number);
  await phone.type("银行卡号", person.card_number);
  await phone.tap("继续");
  await phone.sees("请再核对一遍");
  await phone.tap("提交申请");
  await phone.sees("您可以借到");
  await phone.tap("选择金额与期限");
  await phone.sees("不必借满");
  await phone.tap("查看全部成本");
  await phone.sees("综合年化成本");
  await phone.sees("确认并签约"); // after the reading time
  await phone.tick("我已阅读并理解");
  await phone.tap("确认并签约");
  await phone.sees("款项已到账");
  console.log(JSON.stringify({ pages: phone.stack.length, title: phone.title, requests: phone.requested.length }));
  process.exit(0);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(String(error?.stack ?? error).slice(0, 4000));
  process.exit(1);
});
