//! What a page of HTML says beside its blocks: its head and its foot.

pub(super) const REHEARSAL: &str = "REHEARSAL";
pub(super) const FOOT: &str = "</main>\n</body>\n</html>\n";

/// Up to the first block. The policy forbids everything but the style with this digest (base64 of its SHA-256).
pub(super) fn head(title: &str, style_sha256: &str, style: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'sha256-{style_sha256}'\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light \
         dark\">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
    )
}
