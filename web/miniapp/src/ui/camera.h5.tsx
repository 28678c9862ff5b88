import { useEffect, useRef, useState } from "react";
import { type Flaw, flawOf, SEEN_WIDTH } from "../base/look";
import { jpegOf } from "../base/picture.h5";
import { useWords } from "../words";
import type { CameraProps } from "./camera";
import { Button } from "./parts";

const LOOK_EVERY = 250;

/** The open camera with hints while one aims. */
export function Camera({ of, onTaken, onClose, onNone }: CameraProps) {
  const w = useWords();
  const video = useRef<HTMLVideoElement>(null);
  const none = useRef(onNone);
  const [flaw, setFlaw] = useState<Flaw | "waking">();
  useEffect(() => {
    let [stream, timer]: [MediaStream | undefined, ReturnType<typeof setInterval> | undefined] = [undefined, undefined];
    let gone = false;
    setFlaw("waking");
    open().then((found) => {
      if (!found) none.current();
      else if (gone) stop(found);
      else {
        stream = found;
        if (video.current) video.current.srcObject = found;
        timer = setInterval(() => video.current && setFlaw(seen(video.current)), LOOK_EVERY);
      }
    });
    return () => {
      gone = true;
      clearInterval(timer);
      stop(stream);
    };
  }, []);
  const shoot = async () => {
    if (!video.current) return;
    const taken = await jpegOf(video.current, video.current.videoWidth, video.current.videoHeight);
    if (taken) onTaken(URL.createObjectURL(taken));
  };
  return (
    <div className="camera" role="dialog" aria-modal="true" aria-label={`${w.camera.title} ${of}`}>
      <div className="camera-view">
        <video ref={video} className="camera-lens" autoPlay muted playsInline />
        <div className={flaw ? "camera-frame camera-frame-bad" : "camera-frame"} />
      </div>
      <p className="camera-hint" role="status">
        {flaw === "waking" ? w.camera.waking : flaw ? w.camera[flaw] : w.camera.fine}
      </p>
      <div className="pair">
        <Button look="second" onClick={onClose}>
          {w.cancel}
        </Button>
        <Button onClick={() => void shoot()} off={flaw === "waking"}>
          {w.camera.shoot}
        </Button>
      </div>
    </div>
  );
}

async function open(): Promise<MediaStream | undefined> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
    });
  } catch {
    return undefined;
  }
}

function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** What is wrong with what the camera sees now. */
function seen(video: HTMLVideoElement): Flaw | "waking" | undefined {
  if (!video.videoWidth) return "waking";
  const canvas = document.createElement("canvas");
  canvas.width = SEEN_WIDTH;
  canvas.height = Math.round((SEEN_WIDTH * video.videoHeight) / video.videoWidth);
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  if (!brush) return undefined;
  brush.drawImage(video, 0, 0, canvas.width, canvas.height);
  const { data, width, height } = brush.getImageData(0, 0, canvas.width, canvas.height);
  return flawOf(data, width, height);
}
