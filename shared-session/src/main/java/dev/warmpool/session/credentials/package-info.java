/**
 * The sources of the password: fixed, RDS IAM token, Secrets Manager. The only package that imports
 * the AWS SDK; knows {@code PasswordSource} and the settings.
 */
@NullMarked
package dev.warmpool.session.credentials;

import org.jspecify.annotations.NullMarked;
