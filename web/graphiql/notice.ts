/** Says something about the page itself, above it, until it is clicked. */
export function showNotice(text: string): void {
  const notice = document.createElement('p');
  notice.className = 'notice';
  notice.role = 'alert';
  notice.textContent = text;
  notice.onclick = () => notice.remove();
  document.body.append(notice);
}
