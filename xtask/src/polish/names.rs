//! Shortens names that the generator writes in full.

use syn::visit_mut::{self, VisitMut};

/// Shortens the paths of prelude types and sibling modules.
pub struct ShortNames;

impl VisitMut for ShortNames {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect::<Vec<_>>();
        let names = names.iter().map(String::as_str).collect::<Vec<_>>();
        let keep = match names.as_slice() {
            ["std", "option" | "string" | "vec" | "boxed", ..]
            | ["threadline_transport", "Timestamp"]
            | ["std", "collections", "BTreeMap"] => 1,
            ["serde_json", "Value" | "Map"] => 2,
            _ => return,
        };
        path.leading_colon = None;
        while path.segments.len() > keep {
            path.segments = std::mem::take(&mut path.segments)
                .into_iter()
                .skip(1)
                .collect();
        }
    }
}

/// The type inside `Name<…>`, if `ty` is one.
pub fn inside<'a>(ty: &'a syn::Type, name: &str) -> Option<&'a syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// Whether `ty` is the plain name.
pub fn is_named(ty: &syn::Type, name: &str) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.is_ident(name))
}
