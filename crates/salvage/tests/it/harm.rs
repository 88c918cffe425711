//! What can be done to a file.

use std::ops::Range;

use crate::dice::Dice;

/// In fewer bytes of garbage there may be none that shows.
const HOLE_MIN: usize = 16;

/// What was done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Harm {
    Truncation,
    Zeros,
    Garbage,
    /// Lines of a program.
    ForeignText,
    /// Single bytes, each made another.
    Noise,
    TwoHoles,
}

pub(crate) const HARMS: [Harm; 6] = [
    Harm::Truncation,
    Harm::Zeros,
    Harm::Garbage,
    Harm::ForeignText,
    Harm::Noise,
    Harm::TwoHoles,
];

impl Harm {
    /// Whether a value that it has touched can look whole: no reader without a checksum can tell.
    pub(crate) fn can_hide(self) -> bool {
        matches!(self, Self::Noise | Self::ForeignText)
    }
}

const FOREIGN: &str = r#"
fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect(); // none
    if let [name, rest @ ..] = &args[..] {
        println!("hello {}, {:?}", name, rest);
    }
    for (at, item) in items.iter().enumerate() {
        map.insert(item.key(), vec![at, 1, 2]);
    }
}
"#;

/// A damaged text, of the same length at most.
#[derive(Debug)]
pub(crate) struct Harmed {
    pub(crate) harm: Harm,
    pub(crate) bytes: Vec<u8>,
    /// The places that were touched.
    pub(crate) touched: Vec<Range<usize>>,
}

pub(crate) fn harmed(harm: Harm, text: &str, dice: &mut Dice) -> Harmed {
    let mut bytes = text.as_bytes().to_vec();
    let mut touched = Vec::new();
    match harm {
        Harm::Truncation => {
            let end = dice.below(bytes.len());
            touched.push(end..bytes.len());
            bytes.truncate(end);
        }
        Harm::Noise => {
            for _ in 0..=dice.below(3) {
                let at = dice.below(bytes.len());
                let old = bytes[at];
                while bytes[at] == old {
                    bytes[at] = if dice.below(2) == 0 {
                        dice.byte()
                    } else {
                        *dice.pick(b"{}[]\",: \n\\0123'")
                    };
                }
                touched.push(at..at + 1);
            }
        }
        _ => {
            for _ in 0..if harm == Harm::TwoHoles { 2 } else { 1 } {
                let start = dice.below(bytes.len());
                let end = bytes.len().min(start + HOLE_MIN + dice.below(512));
                for (at, byte) in bytes.iter_mut().enumerate().take(end).skip(start) {
                    *byte = match harm {
                        Harm::Garbage => dice.byte(),
                        Harm::ForeignText => FOREIGN.as_bytes()[(at - start) % FOREIGN.len()],
                        _ => 0,
                    };
                }
                touched.push(start..end);
            }
        }
    }
    Harmed {
        harm,
        bytes,
        touched,
    }
}
