using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Wya.Api.Access;
using Wya.Api.Around;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Api.Safety;
using Wya.EventStore;

namespace Wya.Api.Documentation;

/// <summary>The OpenAPI 3.1 document, and a page to try it on. Most of it follows from what each endpoint declares.</summary>
internal static class ApiDescription
{
    public const string DocumentAddress = "/openapi/v1.json";

    /// <summary>Where things are.</summary>
    internal sealed record Start(string Name, string Docs, string Openapi, string Schemas, string Health);

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", api =>
    {
        api.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        api.CreateSchemaReferenceId = json => json.Type switch
        {
            { Name: "Body", DeclaringType: { } endpoint } => endpoint.Name.Replace("Endpoint", "", StringComparison.Ordinal),
            { Name: nameof(UserAnswer) } => "User",
            _ => OpenApiOptions.CreateDefaultSchemaReferenceId(json),
        };
        api.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "WYA!?",
                Version = "v1",
                Description = "See who is around, step into each other's rooms, and talk. "
                    + "Every refusal is a problem (RFC 9457); every command answers with a Wya-Position that a later query may carry back.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" },
            };
            return Task.CompletedTask;
        });
        api.AddSchemaTransformer((schema, context, _) =>
        {
            // Converters hide from the generator what they write.
            Type type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (type == typeof(string) || EventJson.IsTypedId(type))
            {
                schema.Type = (schema.Type.GetValueOrDefault() & JsonSchemaType.Null) | JsonSchemaType.String;
                schema.Format = type == typeof(string) ? null : "uuid";
            }

            if (type == typeof(PositionReport))
            {
                schema.Type = (schema.Type.GetValueOrDefault() & JsonSchemaType.Null) | JsonSchemaType.Object;
                schema.Properties = PositionReportJson.Members.ToDictionary(
                    member => member.Name,
                    IOpenApiSchema (member) => new OpenApiSchema { Type = member.IsNumber ? JsonSchemaType.Number : JsonSchemaType.String });
            }

            // What comes in is closed; what goes out may gain members.
            schema.AdditionalPropertiesAllowed = type.Name != "Body";

            return Task.CompletedTask;
        });
        api.AddOperationTransformer(DescribeOperation);
    });

    public static void UseApiPage(this IApplicationBuilder app) => app.UseSwaggerUI(page =>
    {
        page.RoutePrefix = "docs";
        page.DocumentTitle = "WYA!? API";
        page.SwaggerEndpoint(DocumentAddress, "WYA!? v1");
    });

    public static void MapApiDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi().AllowAnyone();
        routes.MapGet("/", () => TypedResults.Ok(new Start("WYA!?", "/docs", DocumentAddress, "/schemas", "/health")))
            .AllowAnyone()
            .WithTags("Start")
            .Describe("ShowStart", "Show where things are", "Links to the description, the schemas and the health of this API.");
    }

    private static async Task DescribeOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var command = metadata.OfType<Command.IsTaken>().FirstOrDefault();
        bool isQuery = metadata.OfType<Freshness.IsAnswered>().Any();
        operation.Parameters ??= [];
        if (command is not null)
        {
            operation.Parameters.Add(Header(
                IdempotencyKey.Header, "A new random value for each intention, the same for each attempt: 1 to 200 visible ASCII characters.", command.KeyIsRequired));
        }

        if (isQuery)
        {
            operation.Parameters.Add(Header(LogPosition.Header, "Answer from no earlier state than this: a position that a command answered with.", false));
        }

        if (metadata.OfType<RecordedView.IsRecorded>().Any())
        {
            operation.Parameters.Add(Header(
                RecordedView.Header, "Why you look: triage, investigation, decision, appeal, quality_review or legal. It is recorded.", true));
        }

        Secure(operation, metadata.OfType<Admits>().LastOrDefault(), context.Document!);
        operation.Responses ??= [];
        foreach ((string status, IOpenApiResponse response) in operation.Responses)
        {
            if (status[0] is '2' or '3' && response is OpenApiResponse answered)
            {
                Promise(answered, status, command is not null, isQuery);
            }
        }

        if (metadata.OfType<Examples>().FirstOrDefault() is { } examples)
        {
            examples.AddTo(operation);
        }

        foreach (IGrouping<int, Problem> same in ProblemsOf.Endpoint(metadata).GroupBy(problem => problem.Status).OrderBy(group => group.Key))
        {
            operation.Responses[same.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)] =
                await Response(same, context, ct).ConfigureAwait(false);
        }
    }

    private static void Secure(OpenApiOperation operation, Admits? admits, OpenApiDocument document)
    {
        if (admits is not (null or Admits.Anyone))
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
        }

        operation.Description += $"\n\nWho may: {admits}.";
    }

    private static void Promise(OpenApiResponse response, string status, bool isCommand, bool isQuery)
    {
        response.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
        if (isCommand || isQuery)
        {
            response.Headers[LogPosition.Header] = ResponseHeader(isCommand
                ? "What a query must have reached to show this: send it back with the query."
                : "The answer holds everything up to this position at least.");
        }

        if (isQuery)
        {
            response.Headers[LogPosition.LagHeader] = ResponseHeader("For how long the oldest event that the answer lacks has been waiting; 0 when it lacks none.");
        }

        if (status == "201")
        {
            response.Headers["Location"] = ResponseHeader("Where the new thing is.");
        }
    }

    private static async Task<OpenApiResponse> Response(
        IGrouping<int, Problem> problems, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        OpenApiSchema body = await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, ct).ConfigureAwait(false);
        OpenApiDocument document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey("Problem") != true)
        {
            document.AddComponent("Problem", body);
        }

        var response = new OpenApiResponse
        {
            Description = string.Join(" ", problems.Select(problem => $"`{problem.Code}`: {problem.Detail}")),
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [Problem.ContentType] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchemaReference("Problem", document),
                    Examples = problems.ToDictionary(
                        problem => problem.Code,
                        IOpenApiExample (problem) => new OpenApiExample { Value = Example(problem) },
                        StringComparer.Ordinal),
                },
            },
        };
        if (problems.Any(problem => problem.RetryAfter is not null))
        {
            response.Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
            {
                ["Retry-After"] = ResponseHeader("In seconds."),
            };
        }

        return response;
    }

    private static JsonObject Example(Problem problem) => new()
    {
        ["type"] = Problem.TypePrefix + problem.Code,
        ["title"] = Problem.TitleOf(problem.Code),
        ["status"] = problem.Status,
        ["detail"] = problem.Detail,
        ["trace_id"] = "4bf92f3577b34da6a3ce929d0e0e4736",
    };

    private static OpenApiParameter Header(string name, string description, bool required) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Required = required,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        Example = name == LogPosition.Header ? "identity:42" : "0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11",
    };

    private static OpenApiHeader ResponseHeader(string description) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
