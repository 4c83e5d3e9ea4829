// The large picture: of a card, or of a link to a picture that is marked with data-zoom. Esc, the button or a click
// beside the picture closes it, and the focus goes back to where it was.

function zoom(view, address, words) {
  const shown = element("figure")
  if (isOwn(address)) {
    const image = element("img")
    image.alt = words
    image.src = address
    image.onerror = () => image.replaceWith(element("p", "gone", "This picture cannot be shown."))
    shown.append(image)
  }
  shown.append(element("figcaption", "", words))
  const close = element("button", "close", "Close")
  close.type = "button"
  close.autofocus = true
  close.onclick = () => view.close()
  view.replaceChildren(shown, close)
  view.setAttribute("aria-label", `Zoomed: ${words}`)
  if (!view.open) view.showModal()
}

const zoomCard = (view, card) => zoom(view, card.large, [nameOf(card), card.label].filter(Boolean).join(" · "))

function prepareZoom(view) {
  view.onclick = (event) => event.target === view && view.close()
  view.onkeydown = (event) => event.stopPropagation() // the page's shortcuts wait behind the dialog
  view.onclose = () => view.replaceChildren()
}

function onLink(event, view) {
  const link = event.target.closest?.("a[data-zoom]")
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return
  const address = new URL(link.href)
  if (address.origin !== location.origin || !isOwn(address.pathname)) return
  event.preventDefault()
  link.focus()
  zoom(view, address.pathname + address.search, link.dataset.zoom)
}
