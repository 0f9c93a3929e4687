//! Elements of XML, found by name in text that may be damaged or a fragment.

/// What lies within each element of a name, none of which lies in another.
pub(super) fn elements<'a>(xml: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let mut rest = xml;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find('<')?;
            rest = rest.get(start + 1..)?;
            let Some(tag) = rest.strip_prefix(name) else { continue };
            if !tag.starts_with(|end: char| end == '>' || end.is_whitespace()) {
                continue;
            }
            let (attributes, body) = tag.split_once('>')?;
            rest = body;
            if attributes.ends_with('/') {
                continue;
            }
            let end = closing(body, name)?;
            rest = body.get(end..)?;
            return body.get(..end);
        }
    })
}

/// The text of the first element of a name.
pub(super) fn text(xml: &str, name: &str) -> Option<String> {
    elements(xml, name).next().map(unescaped)
}

/// Where the closing tag begins.
fn closing(body: &str, name: &str) -> Option<usize> {
    let closes = |place: &usize| {
        let tag = body.get(place + 2..).and_then(|rest| rest.strip_prefix(name));
        tag.is_some_and(|rest| rest.trim_start().starts_with('>'))
    };
    body.match_indices("</").map(|(place, _)| place).find(closes)
}

/// Text with the five entities of XML resolved.
pub(super) fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&apos;", "'").replace("&amp;", "&").trim().to_owned()
}
