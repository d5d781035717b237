"""Buttons that record while they are held, by pointer or by the key of their number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from emotion_core.streams import Lesson

KEY = "teach hold"

_HTML = '<div role="group"></div>'
_CSS = """
[role=group] { display: flex; flex-wrap: wrap; gap: 0.5rem; }
button {
  font: inherit; font-size: 0.95rem; cursor: pointer; padding: 0.6rem 0.9rem; touch-action: none; user-select: none;
  color: var(--st-text-color); background: var(--st-secondary-background-color);
  border: 2px solid var(--st-border-color); border-left: 0.6rem solid var(--mark);
  border-radius: var(--st-button-radius); max-width: 100%; overflow-wrap: anywhere;
}
button[aria-pressed="true"] { background: var(--st-primary-color); color: #ffffff; }
button:focus-visible { outline: 2px solid var(--st-text-color); outline-offset: 2px; }
button:disabled { opacity: 0.6; cursor: not-allowed; }
"""
# The group is asked for by its role: around it is another element, which has the styles in it, too.
# Buttons are kept from one run of the page to the next: one that was made anew would lose the pointer that holds it.
_JS = """
export default function ({ parentElement, data, setStateValue }) {
  const box = parentElement.querySelector("[role=group]")
  box.setAttribute("aria-label", data.label)
  const names = data.classes.map((one) => one.name)
  if (box.dataset.names !== JSON.stringify(names)) {
    box.dataset.names = JSON.stringify(names)
    box.replaceChildren(...names.map(() => {
      const button = document.createElement("button")
      button.type = "button"
      return button
    }))
  }
  let held = ""
  const hold = (name) => {
    if (held === name) return
    held = name
    for (const [place, button] of [...box.children].entries()) {
      button.setAttribute("aria-pressed", String(name !== "" && names[place] === name))
    }
    setStateValue("held", name)
  }
  for (const [place, button] of [...box.children].entries()) {
    const one = data.classes[place]
    const number = place < 9 ? `${place + 1} ` : ""
    const name = document.createElement("bdi")  // one from right to left leaves the figures where they are
    name.textContent = one.name
    button.replaceChildren(number, name, ` (${one.count})`)
    button.style.setProperty("--mark", one.colour)
    button.disabled = !data.enabled
    button.setAttribute("aria-pressed", String(data.recording === one.name))
    button.onpointerdown = (event) => { button.setPointerCapture(event.pointerId); hold(one.name) }
    button.onpointerup = button.onpointercancel = () => hold("")
    button.onkeydown = (event) => { if ([" ", "Enter"].includes(event.key) && !event.repeat) hold(one.name) }
    button.onkeyup = (event) => { if ([" ", "Enter"].includes(event.key)) hold("") }
    button.oncontextmenu = (event) => event.preventDefault()
  }
  held = data.recording || ""
  const typing = (event) => event.composedPath().some(
    (one) => one.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(one.tagName)
  )
  const down = (event) => {
    const place = "123456789".indexOf(event.key)
    if (place < 0 || place >= names.length || event.repeat || !data.enabled || typing(event)) return
    hold(names[place])
  }
  const up = (event) => { if ("123456789".includes(event.key)) hold("") }
  const left = () => hold("")
  parentElement.stopListening?.()
  window.addEventListener("keydown", down)
  window.addEventListener("keyup", up)
  window.addEventListener("blur", left)
  parentElement.stopListening = () => {
    window.removeEventListener("keydown", down)
    window.removeEventListener("keyup", up)
    window.removeEventListener("blur", left)
  }
  return () => parentElement.stopListening?.()
}
"""
_hold = st.components.v2.component("hold_to_record", html=_HTML, css=_CSS, js=_JS)


def hold_buttons(lesson: Lesson, enabled: bool) -> None:
    """A button a class, which records while it is held.

    Args:
        lesson: what is taught.
        enabled: whether the camera runs.
    """
    from emotion_core.classes import colours_of

    counts = lesson.counts()
    colours = colours_of(list(counts))
    data = {
        "label": "Hold to record",
        "classes": [{"name": name, "count": number, "colour": colours[name]} for name, number in counts.items()],
        "enabled": enabled,
        "recording": lesson.recording or "",
    }

    def on_held() -> None:
        lesson.record(st.session_state[KEY].held or None)

    _hold(key=KEY, data=data, on_held_change=on_held)
