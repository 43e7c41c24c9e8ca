//! Problems in a spec: the place, the rule, and the fix.

use std::fmt;

/// A problem in a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The spec's file, if known.
    pub file: String,
    /// The JSON pointer of the place.
    pub pointer: String,
    /// The rule's name.
    pub rule: &'static str,
    /// The problem.
    pub problem: String,
    /// The fix.
    pub remedy: String,
}

impl Finding {
    /// Creates a finding at a JSON pointer.
    pub fn new(pointer: impl Into<String>, rule: &'static str, problem: impl Into<String>) -> Self {
        Self {
            file: String::new(),
            pointer: pointer.into(),
            rule,
            problem: problem.into(),
            remedy: String::new(),
        }
    }

    /// Sets the fix.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            pointer,
            rule,
            problem,
            remedy,
        } = self;
        write!(f, "{file}: ")?;
        if !pointer.is_empty() {
            write!(f, "{pointer}: ")?;
        }
        write!(f, "{problem} [{rule}]")?;
        if !remedy.is_empty() {
            write!(f, "\n    instead: {remedy}")?;
        }
        Ok(())
    }
}

/// All problems in a spec, or the one that stopped a step.
#[derive(Debug)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// Sets the file in findings that do not have one yet.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        for finding in self.0.iter_mut().filter(|finding| finding.file.is_empty()) {
            file.clone_into(&mut finding.file);
        }
        self
    }
}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Self {
        Self(vec![finding])
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}
