/**
 * The template's SQS queues: an SQS server in this process, the event sources that feed functions
 * from its queues, and the page that lists and fills them. Knows the gateway's interfaces and the
 * functions; the only package that knows ElasticMQ.
 */
@NullMarked
package dev.warmpool.local.queue;

import org.jspecify.annotations.NullMarked;
