const inWechat = process.env.TARO_ENV === "weapp";

export default defineAppConfig({
  pages: [
    "lending/home",
    "onboarding/log-in",
    "onboarding/apply",
    "onboarding/messages",
    "onboarding/me",
    "onboarding/permissions",
    "onboarding/face",
    "onboarding/rights",
    "credit/result",
    "lending/sign",
    "lending/loan",
    "lending/repay",
    "lending/payment",
    "lending/line",
    "lending/statement",
    "lending/contracts",
    "postloan/help",
    "postloan/contacts",
  ],
  window: {
    navigationBarTitleText: "信贷",
    ...(inWechat
      ? {
          navigationBarBackgroundColor: "@ground",
          navigationBarTextStyle: "@letters" as "black",
          backgroundColor: "@ground",
        }
      : {}),
  },
  ...(inWechat ? { darkmode: true, themeLocation: "theme.json", lazyCodeLoading: "requiredComponents" } : {}),
});
