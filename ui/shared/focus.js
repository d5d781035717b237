// Where the keyboard goes on once a dialog or popover has closed. Streamlit gives the focus back to what opened it, but
// not where the page has drawn that anew meanwhile: then the next key would begin at the top of the page.

const OVERLAYS = "[data-testid=stDialog], [data-testid=stPopoverBody]"
// Milliseconds within which the page may draw again what had the focus.
const WATCHED = 3000

/** What has the focus, within components too; null where nothing has it. */
const focused = () => {
  let found = document.activeElement
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement
  return found === document.body || found?.tagName === "DIALOG" ? null : found
}
/** What an element is called, up to what may change of it: "Face 3" of "Face 3: labelled sad". */
const label = (element) => (element.getAttribute("aria-label") || element.textContent).split(":")[0].trim()
const inOverlay = (element) => {
  for (let one = element; one; one = one.getRootNode().host) if (one.closest(OVERLAYS)) return true
  return false
}

class Keeper {
  constructor() {
    this.open = false
    this.until = 0
    // A move within a component is no event for the document.
    for (const kind of ["focusin", "click", "keydown"]) document.addEventListener(kind, () => this.note(), true)
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => (this.until = 0), true)
    new MutationObserver(() => this.look()).observe(document.body, { childList: true, subtree: true })
  }

  /** Remember what has the focus outside of dialogs, and how to find it where it is drawn anew. */
  note() {
    const element = focused()
    if (!element || inOverlay(element)) return
    this.last = { element, root: element.getRootNode(), tag: element.tagName, label: label(element) }
  }

  look() {
    const open = document.querySelector(OVERLAYS) !== null
    const closed = this.open && !open
    this.open = open
    if (!closed) return
    this.until = performance.now() + WATCHED
    this.restore()
  }

  restore() {
    if (this.open || performance.now() > this.until) return
    if (!focused()) this.target()?.focus({ preventScroll: true })
    requestAnimationFrame(() => this.restore())
  }

  target() {
    const { element, root, tag, label: text } = this.last || {}
    if (element?.isConnected) return element
    if (root?.host?.isConnected) {
      const alike = [...root.querySelectorAll(tag)]
      return alike.find((one) => label(one) === text) || alike[0]
    }
    const title = document.querySelector("[data-testid=stMain] h1")
    title?.setAttribute("tabindex", "-1")
    return title
  }
}

export default function () {
  window.focusKeeper ||= new Keeper()
}
