//! Whether an unknown label is likely to come from a later program.
//!
//! A refusal is right either way. Telling the two apart decides what a person does next: update the
//! program, or ask what wrote this file.

use std::cmp::Ordering;

use semver::Version;

use crate::Label;

/// Whether `found` is greater than all that the chain knows: by the precedence of Semantic Versioning
/// where all of them are such versions, else as a dotted number among dotted numbers, of which the
/// `current` label must be one.
pub(crate) fn is_newer<'a>(
    found: &Label,
    current: &Label,
    known: impl Iterator<Item = &'a Label> + Clone,
) -> bool {
    let versions: Option<Vec<_>> = known.clone().map(semantic).collect();
    if let (Some(found), Some(known)) = (semantic(found), versions) {
        // Not `>`, which also compares build metadata: a build is of a version, not after it.
        let is_greater = |known| found.cmp_precedence(known).is_gt();
        return known.iter().all(is_greater);
    }
    let found = found.to_string();
    is_dotted(&found)
        && is_dotted(&current.to_string())
        && known
            .map(Label::to_string)
            .filter(|label| is_dotted(label))
            .all(|label| compare(&found, &label) == Ordering::Greater)
}

/// `1.0.0`, `2.0.0-rc.1+build.5`: Semantic Versioning 2.0.0.
fn semantic(label: &Label) -> Option<Version> {
    match label {
        Label::Text(text) => Version::parse(text).ok(),
        Label::Integer(_) => None,
    }
}

/// `1`, `1.0`, `2026.11.20`.
fn is_dotted(text: &str) -> bool {
    text.split('.')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Number by number, missing ones being zero: `1.10` is greater than `1.9`, `1.0` equals `1`.
/// Compared as digits, so that no number is too long.
fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let (left, right) = (a.next(), b.next());
        if left.is_none() && right.is_none() {
            return Ordering::Equal;
        }
        let order = magnitude(left).cmp(&magnitude(right));
        if order.is_ne() {
            return order;
        }
    }
}

/// Without leading zeros a longer number is a greater one.
fn magnitude(part: Option<&str>) -> (usize, &str) {
    let digits = part.unwrap_or("").trim_start_matches('0');
    (digits.len(), digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newer(found: impl Into<Label>, known: &[Label]) -> bool {
        is_newer(&found.into(), known.last().unwrap(), known.iter())
    }

    #[test]
    fn numbers_compare_as_numbers_whatever_their_length() {
        let known = ["1.0".into(), "1.9".into()];
        for text in [
            "1.10",
            "1.9.1",
            "2",
            "01.10",
            "99999999999999999999999999.0",
        ] {
            assert!(newer(text, &known), "{text}");
        }
        for text in ["0.9", "1.9.0", "1.8.7", "01.9", "1"] {
            assert!(!newer(text, &known), "{text}");
        }
        assert!(newer(2, &known));
    }

    #[test]
    fn semantic_versions_compare_by_their_precedence() {
        let known = ["1.0.0-rc.1".into(), "1.0.0".into(), "1.9.0".into()];
        for text in ["1.10.0", "1.9.1", "1.9.1-alpha", "2.0.0-rc.1", "2.0.0+5"] {
            assert!(newer(text, &known), "{text}");
        }
        for text in ["1.9.0-rc.1", "1.9.0+5", "1.8.7", "0.0.1"] {
            assert!(!newer(text, &known), "{text}");
        }
        // Pre-releases come before the release, and identifiers of digits before those of letters.
        let order = [
            "1.0.0-1",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-beta",
            "1.0.0",
        ];
        for (at, known) in order.iter().enumerate() {
            for (found_at, found) in order.iter().enumerate() {
                assert_eq!(newer(*found, &[(*known).into()]), found_at > at);
            }
        }
        // One label that is none, and they are labels like others.
        assert!(!newer("2.0.0-rc.1", &["1.0".into(), "1.1.0".into()]));
        assert!(newer("2.0.0", &["1.0".into(), "1.1.0".into()]));
        // Greater than any number of a semantic version, and a dotted number all the same.
        assert!(newer("99999999999999999999999999.0.0", &["1.0.0".into()]));
    }

    #[test]
    fn what_is_no_dotted_number_is_never_newer() {
        for text in [
            "", ".", "2.", ".2", "2..1", "v2", "2.0-beta", "-3", "+3", "２",
        ] {
            assert!(!newer(text, &["1.0".into()]), "{text}");
        }
        assert!(!newer("2.0", &["1.0".into(), "next".into()]));
        assert!(newer("2.0", &["draft".into(), "1.0".into()]));
    }

    #[test]
    fn a_chain_that_runs_downwards_is_not_overrun_from_between() {
        let known = [3.into(), 1.into()];
        assert!(!newer(2, &known));
        assert!(newer(4, &known));
    }
}
