# The HTTP API as a container image with an AOT cache. Build the jars first, then the image:
#
#   mvn -Pcold-start package && docker build -t warmpool .
#
# The cache is trained by the image's own Java, on the files as they will lie. Another Java does
# without it, but Java 25 does not look at the jars (JDK-8377932): never replace a jar of an image
# without training anew, or the cache's classes run in its place.
FROM public.ecr.aws/lambda/java:25 AS training
WORKDIR /project
COPY train-aot-cache ./
COPY events/HttpFunction-get-user.json events/
COPY functions/src/main/resources/db/migration/V1__users.sql functions/src/main/resources/db/migration/
COPY functions/target/libraries.jar functions/target/warmpool-functions-*.jar functions/target/
COPY benchmarks/target/training benchmarks/target/training
# PostgreSQL refuses to run as root, and looks its user up by name.
RUN echo 'training:x:1000:1000::/project:/sbin/nologin' >> /etc/passwd \
    && mkdir /function && chown -R 1000:1000 /function /project
USER 1000
RUN ./train-aot-cache /function

FROM public.ecr.aws/lambda/java:25
COPY --from=training /function /function
ENTRYPOINT ["/var/lang/bin/java", "@/function/java.args"]
CMD ["dev.warmpool.functions.ApiHandler"]
