import type { Sign } from "./signs";

const SOFTWARE = /swiftshader|llvmpipe|virtualbox|vmware|bluestacks|genymotion/i;

/** A browser that a program drives says so; a machine without a screen of its own draws in software. */
export function signs(): Sign[] {
  const found: Sign[] = [];
  if (navigator.webdriver) found.push("automation");
  if (SOFTWARE.test(renderer())) found.push("emulator");
  return found;
}

function renderer(): string {
  try {
    const gl = document.createElement("canvas").getContext("webgl");
    const named = gl?.getExtension("WEBGL_debug_renderer_info");
    return gl && named ? String(gl.getParameter(named.UNMASKED_RENDERER_WEBGL)) : "";
  } catch {
    return "";
  }
}
