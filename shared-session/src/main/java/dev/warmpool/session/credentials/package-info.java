/**
 * Where the password comes from: fixed, RDS IAM token, Secrets Manager. The only package that may
 * import the AWS SDK.
 */
@NullMarked
package dev.warmpool.session.credentials;

import org.jspecify.annotations.NullMarked;
