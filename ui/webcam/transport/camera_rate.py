"""How many pictures a second the cameras give: fewer each, the more of them there are.

A server that is asked for more than it can do serves nobody: packets wait, and pictures come seconds late. Decoding and
encoding cost most, so it is the cameras that must slow down.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from emotion_core.limits import processors

#: Pictures a second of a camera at the most and at the least, and of all together for each of the server's cores; how
#: many of these count, as one process with one event loop does not get faster without end.
MOST, LEAST, EACH_CORE, CORES = 30, 5, 17, 4

# Only the browser can say how often its camera gives a picture, and streamlit-webrtc says it once, at the start. So its
# camera is kept as it is opened, and told to slow down or speed up whenever that is wanted.
_JS = """
let timer
const isLive = (track) => track.readyState == "live"

export default function ({ data }) {
  const adjust = () => {
    const frame = document.querySelector('iframe[title*="webrtc"]')
    let devices
    try { devices = frame?.contentWindow.navigator.mediaDevices } catch { return }
    if (!devices) return
    if (!devices.tracks) {
      const open = devices.getUserMedia.bind(devices)
      devices.tracks = []
      devices.getUserMedia = async (wanted) => {
        const stream = await open(wanted)
        stream.getVideoTracks().forEach((track) => (track.rate = wanted.video?.frameRate?.ideal))
        devices.tracks = [...devices.tracks.filter(isLive), ...stream.getVideoTracks()]
        return stream
      }
    }
    for (const track of devices.tracks.filter(isLive)) {
      if (track.rate == data.rate) continue
      track.rate = data.rate
      track.applyConstraints({ ...data.video, frameRate: { ideal: data.rate } }).catch(() => {})
    }
  }
  adjust()
  clearInterval(timer)
  const mine = (timer = setInterval(adjust, 100))
  return () => clearInterval(mine)
}
"""
_adjust = st.components.v2.component("camera_rate", js=_JS)


def pictures_a_second(cameras: int, cores: int | None = None) -> int:
    """What each of so many cameras is asked for, on a server of so many cores; this one's unless given."""
    together = EACH_CORE * min(cores or processors(), CORES)
    return max(LEAST, min(MOST, together // cameras))


def keep_to(rate: int, video: dict[str, Any]) -> None:
    """Have this page's camera give so many pictures a second. `video` is what else was asked of it."""
    _adjust(key="camera rate", data={"rate": rate, "video": video})
