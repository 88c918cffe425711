//! Relative links in Markdown lead to a file, and their fragments to a heading.

use super::{Finding, Repository};

/// Every relative link resolves inside the repository.
pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in repository.tree.texts(".md") {
        for (index, line) in prose(text) {
            for link in targets(&line) {
                if let Some(what) = broken(repository, path, link) {
                    findings.push(Finding::new(path, what).at(index));
                }
            }
        }
    }
    findings
}

/// The lines outside fenced blocks, with inline code blanked.
fn prose(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let is_fence = line.trim_start().starts_with("```");
        fenced ^= is_fence;
        let spans = line.split('`').enumerate();
        (!fenced && !is_fence).then(|| {
            (
                index,
                spans
                    .map(|(n, span)| if n % 2 == 0 { span } else { "" })
                    .collect(),
            )
        })
    })
}

/// The targets of `[text](target)` and `[label]: target` on one line.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let inline = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', ' ']).next());
    let reference = line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
        .map(|(_, target)| target.trim());
    inline.chain(reference)
}

/// What is wrong with `link` in the document at `from`.
fn broken(repository: &Repository, from: &str, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, fragment) = link
        .split_once('#')
        .map_or((link, None), |(file, fragment)| (file, Some(fragment)));
    let path = if file.is_empty() {
        Some(from.to_owned())
    } else {
        resolve(from, file)
    };
    let Some(path) = path.filter(|path| repository.tree.has(path)) else {
        return Some(format!("`{link}` leads nowhere"));
    };
    let is_markdown = path.strip_suffix(".md").is_some();
    let text = repository.tree.text(&path).filter(|_| is_markdown)?;
    let found = fragment.is_none_or(|fragment| prose_headings(text).any(|slug| slug == fragment));
    (!found).then(|| format!("`{link}`: {path} has no such heading"))
}

/// `file` as seen from the folder of `from`; `None` if it leaves the repository.
fn resolve(from: &str, file: &str) -> Option<String> {
    let mut folders: Vec<&str> = from.split('/').collect();
    folders.pop();
    for part in file.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(folders.pop()?),
            name => folders.push(name),
        }
    }
    Some(folders.join("/"))
}

/// The fragments of the headings, made as GitHub makes them.
fn prose_headings(text: &str) -> impl Iterator<Item = String> {
    let mut fenced = false;
    let headings = text.lines().filter(move |line| {
        fenced ^= line.trim_start().starts_with("```");
        !fenced && line.starts_with('#')
    });
    headings.map(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::Repository;
    use crate::tree::Tree;

    fn found(readme: &str) -> Vec<String> {
        let files = [
            ("README.md", "# Top\n"),
            ("docs/a.md", readme),
            ("docs/b.md", "# One `Way` down, really\n"),
            ("docs/formats/c.md", ""),
        ];
        let repository = Repository {
            tree: Tree::of(&files),
            ..Repository::default()
        };
        check(&repository).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn links_that_lead_somewhere_pass() {
        let good = "[b](b.md) [c](./formats/c.md), [up](../README.md#top) ![f](formats/)\n\
            [b](b.md#one-way-down-really) [w](https://example.org/x.md)\n[label]: b.md\n# Here\n[h](#here)\n\
            `[x](gone.md)`\n```\n[x](gone.md)\n```\n";
        assert_eq!(found(good), [""; 0]);
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        assert_eq!(
            found("\n[x](gone.md)"),
            ["docs/a.md:2: `gone.md` leads nowhere"]
        );
        assert_eq!(
            found("[out](../../x.md)"),
            ["docs/a.md:1: `../../x.md` leads nowhere"]
        );
        assert_eq!(found("[label]: gone.md").len(), 1);
        assert_eq!(
            found("[b](b.md) [b](b.md#two)"),
            ["docs/a.md:1: `b.md#two`: docs/b.md has no such heading"]
        );
    }
}
