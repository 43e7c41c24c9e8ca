//! `threadline providers`

use serde::Serialize;
use threadline::{Capabilities, Capability, Config, Credential, ProviderKind, ThreadProvider as _};

use crate::failure::Failure;
use crate::output::Printer;
use crate::output::table::List;

/// A provider.
#[derive(Debug, Serialize)]
struct ProviderOutput {
    provider: ProviderKind,
    title: String,
    credential_variable: Option<&'static str>,
    base_url_variable: Option<&'static str>,
    capabilities: Capabilities,
}

/// Lists the providers.
pub(crate) fn run(printer: &Printer) -> Result<(), Failure> {
    printer.check_no_members("providers")?;
    let mut list = List::new(&["PROVIDER", "NAME", "CREDENTIAL", "BASE URL", "CAN"]).wrapped();
    for kind in ProviderKind::ALL {
        let provider = describe(kind)?;
        if printer.is_json() {
            printer.json(&provider)?;
            continue;
        }
        let operations = provider.capabilities.iter();
        let operations = operations.filter(|part| !part.as_str().contains('.'));
        let operations: Vec<_> = operations.map(Capability::as_str).collect();
        list.add(&[
            provider.provider.as_str(),
            &provider.title,
            provider.credential_variable.unwrap_or_default(),
            provider.base_url_variable.unwrap_or_default(),
            &operations.join(" "),
        ]);
    }
    if !printer.is_json() {
        printer.result(&list.end())?;
    }
    Ok(())
}

fn describe(kind: ProviderKind) -> Result<ProviderOutput, Failure> {
    // What a provider can do is known without a call, and so without a real credential.
    let provider = kind.connect(Config::new().credential(Credential::new("none")?))?;
    Ok(ProviderOutput {
        title: kind.title().to_owned(),
        credential_variable: kind.credential_variable(),
        base_url_variable: kind.base_url_variable(),
        capabilities: provider.capabilities(),
        provider: kind,
    })
}
