//! Strings: where they end, and what they say.

/// A string that was looked for.
pub(super) enum Scanned {
    /// It is one, and ends here.
    Whole(usize),
    /// It is none from here on.
    Broken(usize),
}

/// The string whose opening quote, of either kind, is at `start`: RFC 8259, section 7.
pub(super) fn scan_string(bytes: &[u8], start: usize) -> Scanned {
    let quote = bytes.get(start).copied();
    let mut at = start + 1;
    // Where it ends is known even if it says nothing.
    let mut is_legal = true;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            _ if Some(byte) == quote => {
                let is_text = str::from_utf8(bytes.get(start..at).unwrap_or_default()).is_ok();
                return if is_text && is_legal {
                    Scanned::Whole(at + 1)
                } else {
                    Scanned::Broken(at + 1)
                };
            }
            0..0x20 => return Scanned::Broken(at),
            b'\\' => {
                let escape = escape_len(bytes, at, quote);
                is_legal &= escape.is_some();
                let is_before_control = bytes.get(at + 1).is_some_and(|next| *next < 0x20);
                at += escape.unwrap_or(if is_before_control { 1 } else { 2 });
            }
            _ => at += 1,
        }
    }
    Scanned::Broken(bytes.len())
}

fn escape_len(bytes: &[u8], at: usize, quote: Option<u8>) -> Option<usize> {
    match *bytes.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'\'' if quote == Some(b'\'') => Some(2),
        b'u' => {
            let digits = bytes.get(at + 2..at + 6)?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(6)
        }
        _ => None,
    }
}

/// What a whole string says. Half of a surrogate pair, which JSON allows and text does not, becomes
/// U+FFFD.
pub(crate) fn unescape(string: &str) -> String {
    let inside = string
        .get(1..string.len().saturating_sub(1))
        .unwrap_or_default();
    let mut units: Vec<u16> = Vec::with_capacity(inside.len());
    let mut rest = inside.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
            continue;
        }
        units.push(match rest.next() {
            Some('u') => {
                let digits = rest.as_str().get(..4).unwrap_or_default();
                rest = rest.as_str().get(4..).unwrap_or_default().chars();
                u16::from_str_radix(digits, 16).unwrap_or(0xfffd)
            }
            Some('b') => 8,
            Some('f') => 12,
            Some('n') => 10,
            Some('r') => 13,
            Some('t') => 9,
            Some(itself) => u16::try_from(u32::from(itself)).unwrap_or(0xfffd),
            None => 0xfffd,
        });
    }
    String::from_utf16_lossy(&units)
}

/// A string in single quotes as JSON writes it.
pub(crate) fn to_double_quotes(string: &str) -> String {
    let inside = string
        .get(1..string.len().saturating_sub(1))
        .unwrap_or_default();
    let mut text = String::with_capacity(string.len() + 2);
    text.push('"');
    let mut rest = inside.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => match rest.next() {
                Some('\'') => text.push('\''),
                Some(other) => text.extend(['\\', other]),
                None => {}
            },
            '"' => text.push_str("\\\""),
            other => text.push(other),
        }
    }
    text.push('"');
    text
}
