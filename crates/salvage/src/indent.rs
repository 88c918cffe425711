//! What the indentation of a text says about its nesting.

use crate::token::{Kind, Token};

/// Fewer lines prove nothing.
const LINES_MIN: usize = 4;

/// By how much each level is indented, if the text is a pretty printer's: at least four of five lines are
/// indented as the brackets before them say. Damaged lines are not asked.
pub(crate) fn unit(tokens: &[Token]) -> Option<u16> {
    let steps = || steps(tokens);
    let mut votes = [0_usize; 17];
    for step in steps() {
        if step.levels == 1
            && let Some(votes) = votes.get_mut(usize::try_from(step.by).unwrap_or(usize::MAX))
        {
            *votes += 1;
        }
    }
    let (unit, _) = votes
        .iter()
        .enumerate()
        .skip(1)
        .max_by_key(|(_, votes)| **votes)?;
    let unit = i32::try_from(unit).ok()?;
    let right = steps().filter(|step| step.by == step.levels * unit).count();
    let down = || steps().filter(|step| step.levels == 1);
    let deeper = down().filter(|step| step.by == unit).count();
    let is_regular =
        deeper * 2 > down().count() && right >= LINES_MIN && right * 5 >= steps().count() * 4;
    is_regular.then(|| u16::try_from(unit).ok()).flatten()
}

/// From one line to the next.
struct Step {
    /// How many levels deeper, by the brackets.
    levels: i32,
    /// How many characters deeper.
    by: i32,
}

fn steps(tokens: &[Token]) -> impl Iterator<Item = Step> + '_ {
    let mut line: Option<(u16, i32)> = None;
    let mut is_damaged = false;
    tokens.iter().filter_map(move |token| {
        let mut step = None;
        let closes = matches!(token.kind, Kind::Close(_));
        if let Some(indent) = token.indent {
            if let Some((before, levels)) = line
                && !is_damaged
                && !token.is_bad()
            {
                step = Some(Step {
                    levels: levels - i32::from(closes),
                    by: i32::from(indent) - i32::from(before),
                });
            }
            is_damaged = false;
            // A bracket that closes at the start of a line is counted for the step to it.
            line = Some((indent, 0));
        }
        is_damaged |= token.is_bad();
        if let Some((_, levels)) = &mut line {
            match token.kind {
                Kind::Open(_) => *levels += 1,
                Kind::Close(_) if token.indent.is_none() => *levels -= 1,
                _ => {}
            }
        }
        step
    })
}
