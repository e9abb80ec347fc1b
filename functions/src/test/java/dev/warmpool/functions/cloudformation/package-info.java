/** Tests of requests and answers of CloudFormation. */
@NullMarked
package dev.warmpool.functions.cloudformation;

import org.jspecify.annotations.NullMarked;
