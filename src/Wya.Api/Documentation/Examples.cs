using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Wya.EventStore;

namespace Wya.Api.Documentation;

/// <summary>What a request and its answer may look like.</summary>
internal sealed record Examples(object? Request, object? Answer)
{
    public void AddTo(OpenApiOperation operation)
    {
        if (Request is not null)
        {
            foreach (OpenApiMediaType media in operation.RequestBody?.Content?.Values ?? [])
            {
                media.Example = Node(Request);
            }
        }

        if (Answer is not null)
        {
            foreach ((string status, IOpenApiResponse response) in operation.Responses ?? [])
            {
                foreach (OpenApiMediaType media in status[0] == '2' ? response.Content?.Values ?? [] : [])
                {
                    media.Example = Node(Answer);
                }
            }
        }
    }

    private static JsonNode? Node(object value) => JsonSerializer.SerializeToNode(value, EventJson.Options);
}
