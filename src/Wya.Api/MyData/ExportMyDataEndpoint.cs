using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections;

namespace Wya.Api.MyData;

internal static class ExportMyDataEndpoint
{
    private const int BufferedBytesMax = 32 * 1024;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/export", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .RequireRateLimiting(RateLimits.Export)
        .AnswersFromInline<IdentityLog>()
        .Describe(
            "ExportMyData",
            "Download everything that is held on me",
            "One JSON document, streamed. It is whole only if its last member is \"complete\": true; what breaks off is to be fetched again.")
        .Produces<JsonObject>()
        .ForExample(answer: new JsonObject
        {
            ["format"] = "wya-export", ["version"] = 1, ["user_id"] = ExamplePeople.Mara.Id.ToString(), ["made_at"] = "2026-11-02T09:30:00Z",
            ["domains"] = new JsonObject { ["identity"] = new JsonObject { ["events"] = new JsonArray(), ["users"] = new JsonArray() } }, ["complete"] = true,
        })
        .Refuses(IdentityRefusals.UserNotFound);

    private static IResult Answer(IEnumerable<OpenDomain> domains, TimeProvider clock, HttpContext http) => http.Caller().User is { } user
        ? new Export(user.Id, [.. domains], clock.GetUtcNow())
        : Problem.Of(IdentityRefusals.UserNotFound);

    private sealed class Export(UserId person, IReadOnlyList<OpenDomain> domains, DateTimeOffset madeAt) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            HttpResponse response = httpContext.Response;
            response.ContentType = "application/json; charset=utf-8";
            response.Headers.ContentDisposition = "attachment; filename=\"wya-export.json\"";
            try
            {
                await Write(response.BodyWriter, httpContext.RequestAborted).ConfigureAwait(false);
            }
            catch (Exception fault) when (response.HasStarted && !httpContext.RequestAborted.IsCancellationRequested)
            {
                // Too late for a problem. The connection ends in the middle of the body, so that nobody takes it for whole.
                ILogger log = httpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Wya.Api.MyData.Export");
                log.LogError("An export broke off. Trace {TraceId}, {Kind}\n{Place}", Problem.TraceId(httpContext), fault.GetType().FullName, fault.StackTrace);
                httpContext.Abort();
            }
        }

        private async Task Write(PipeWriter body, CancellationToken ct)
        {
            await using var json = new Utf8JsonWriter(body, Relaxed);
            json.WriteStartObject();
            json.WriteString("format", "wya-export");
            json.WriteNumber("version", 1);
            json.WriteString("user_id", person.Value);
            json.WriteString("made_at", madeAt.UtcDateTime);
            json.WriteStartObject("domains");
            foreach (IGrouping<string, OpenDomain> logs in domains.GroupBy(domain => domain.Definition.Domain))
            {
                json.WriteStartObject(logs.Key);
                foreach (IGrouping<string, ExportSection> sections in logs
                    .SelectMany(domain => domain.Definition.PersonalData.Export(domain.Held, person)).GroupBy(section => section.Name))
                {
                    json.WriteStartArray(sections.Key);
                    await foreach (JsonNode item in All(sections, ct).ConfigureAwait(false))
                    {
                        item.WriteTo(json);
                        if (json.BytesPending + body.UnflushedBytes > BufferedBytesMax)
                        {
                            json.Flush();
                            await body.FlushAsync(ct).ConfigureAwait(false);
                        }
                    }

                    json.WriteEndArray();
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteBoolean("complete", true);
            json.WriteEndObject();
            json.Flush();
            await body.FlushAsync(ct).ConfigureAwait(false);
        }

        /// <summary>Of each of a domain's logs in turn.</summary>
        private static async IAsyncEnumerable<JsonNode> All(IEnumerable<ExportSection> sections, [EnumeratorCancellation] CancellationToken ct = default)
        {
            foreach (ExportSection section in sections)
            {
                await foreach (JsonNode item in section.Items.WithCancellation(ct).ConfigureAwait(false))
                {
                    yield return item;
                }
            }
        }
    }
}
