import { Camera as Lens } from "@tarojs/components";
import Taro from "@tarojs/taro";
import { useEffect, useState } from "react";
import { type Flaw, flawOf, SEEN_WIDTH } from "../base/look";
import { useWords } from "../words";
import type { CameraProps } from "./camera";
import { Button } from "./parts";

const LOOK_EVERY = 250;

/** The open camera with hints while one aims. */
export function Camera({ of, onTaken, onClose, onNone }: CameraProps) {
  const w = useWords();
  const [flaw, setFlaw] = useState<Flaw>();
  useEffect(() => {
    let before = 0;
    const listener = Taro.createCameraContext().onCameraFrame((frame) => {
      if (Date.now() - before < LOOK_EVERY) return;
      before = Date.now();
      const small = shrunk(new Uint8Array(frame.data), frame.width, frame.height);
      setFlaw(flawOf(small.rgba, small.width, small.height));
    });
    listener.start();
    return () => listener.stop();
  }, []);
  const shoot = () => {
    Taro.createCameraContext().takePhoto({
      quality: "high",
      success: (taken) => onTaken(taken.tempImagePath),
      fail: onNone,
    });
  };
  return (
    <div className="camera">
      <Lens className="camera-view" devicePosition="back" flash="off" onError={onNone} />
      <p className="camera-hint">
        {of} · {flaw ? w.camera[flaw] : w.camera.fine}
      </p>
      <div className="pair">
        <Button look="second" onClick={onClose}>
          {w.cancel}
        </Button>
        <Button onClick={shoot}>{w.camera.shoot}</Button>
      </div>
    </div>
  );
}

/** A frame as wide as the bounds of flaws are made for: every so many pixels one. */
function shrunk(rgba: Uint8Array, width: number, height: number) {
  const step = Math.max(1, Math.floor(width / SEEN_WIDTH));
  const [across, down] = [Math.floor(width / step), Math.floor(height / step)];
  const found = new Uint8Array(across * down * 4);
  for (let y = 0; y < down; y += 1)
    for (let x = 0; x < across; x += 1) {
      const from = 4 * (y * step * width + x * step);
      found.set(rgba.subarray(from, from + 4), 4 * (y * across + x));
    }
  return { rgba: found, width: across, height: down };
}
