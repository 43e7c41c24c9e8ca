//! What the requests of generated clients have in common.

/// Defines the methods that every request of a generated client has besides the setters of its own
/// parameters, and how it is sent. Called by generated code, for a struct with a field `client`
/// (which has a `transport` and `options`) and a method `into_request`.
///
/// Everything is `#[inline]`, so that a program compiles the decoding of only those responses that
/// it asks for, and the crate of the client none of them.
#[doc(hidden)]
#[macro_export]
macro_rules! request_builder {
    ($request:ident -> ()) => {
        $crate::request_builder!(@both $request, (), call_without_value);
    };
    ($request:ident -> $value:ty) => {
        $crate::request_builder!(@both $request, $value, call);
    };
    (@both $request:ident, $value:ty, $call:ident) => {
        impl $request {
            /// Merges these options over the client's, field by field.
            #[inline]
            pub fn options(mut self, options: &$crate::CallOptions) -> Self {
                self.client.options = self.client.options.merge(options);
                self
            }

            /// Sets the maximum number of attempts, including the first; 0 counts as 1.
            #[inline]
            pub fn attempts(mut self, attempts: u32) -> Self {
                self.client.options = self.client.options.attempts(attempts);
                self
            }

            /// Sets the timeout of one attempt, from connecting to the last byte of the response.
            #[inline]
            pub fn attempt_timeout(mut self, timeout: ::std::time::Duration) -> Self {
                self.client.options = self.client.options.attempt_timeout(timeout);
                self
            }

            /// Sets the timeout of the whole call, including all attempts and waits.
            #[inline]
            pub fn deadline(mut self, deadline: ::std::time::Duration) -> Self {
                self.client.options = self.client.options.deadline(deadline);
                self
            }

            /// Sets whether the same request may be sent twice; see
            /// [`CallOptions`]($crate::CallOptions::repeat).
            #[inline]
            pub fn repeat(mut self, repeat: bool) -> Self {
                self.client.options = self.client.options.repeat(repeat);
                self
            }

            /// Sets whether to only prepare the request; the call then ends in an error of kind
            /// [`DryRun`]($crate::ErrorKind::DryRun) that contains it.
            #[inline]
            pub fn dry_run(mut self, dry_run: bool) -> Self {
                self.client.options = self.client.options.dry_run(dry_run);
                self
            }

            /// Sends the request and decodes the response into a type of the caller's own.
            ///
            /// # Errors
            ///
            /// Any failure of the call, including a response that is not a `T`.
            #[inline]
            pub async fn decode_as<T>(self) -> ::std::result::Result<$crate::Response<T>, $crate::Error>
            where
                T: $crate::__private::serde::de::DeserializeOwned,
            {
                let (client, request) = self.into_request();
                client.transport.call(request, &client.options).await
            }
        }

        impl ::std::future::IntoFuture for $request {
            type Output = ::std::result::Result<$crate::Response<$value>, $crate::Error>;
            type IntoFuture = ::std::pin::Pin<
                ::std::boxed::Box<
                    dyn ::std::future::Future<Output = Self::Output> + ::std::marker::Send,
                >,
            >;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                let (client, request) = self.into_request();
                ::std::boxed::Box::pin(async move {
                    client.transport.$call(request, &client.options).await
                })
            }
        }
    };
}
