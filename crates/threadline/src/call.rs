//! Calls whose response is a thread.

use serde::de::DeserializeOwned;
use threadline_transport::__private::Object;
use threadline_transport::{CallOptions, Request, Response, Transport};

use crate::{Result, Thread, VendorJson};

/// Sends a request and reads the thread in its response, through a provider's view of it.
pub(crate) async fn thread<View>(
    transport: &Transport,
    options: &CallOptions,
    request: Request,
) -> Result<Thread>
where
    View: DeserializeOwned + Into<Thread>,
{
    let response: Response<Object<View>> = transport.call(request, options).await?;
    let json = VendorJson::new(response.result().clone());
    let Object(view) = response.into_inner();
    Ok(view.into().with_vendor_json(json))
}
