package serve

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// newServer returns the protocol server of a provider: the framework's, with
// memory that does not grow with the number of keys.
func newServer(p provider.Provider) tfprotov6.ProviderServer {
	framework, ok := providerserver.NewProtocol6(p)().(frameworkServer)
	if !ok {
		panic("the framework's server does not support list resources and actions")
	}
	return &callServer{framework}
}

// frameworkServer is all that the framework's server implements. A wrapper that
// left something out would hide it from Terraform.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// callServer gives the framework's server contexts that end with their RPC.
//
// The framework keeps a cancel function for every RPC until Terraform stops the
// provider. With it, it keeps the context and the loggers in it: some ten
// kilobytes per RPC, and several RPCs per key. So the RPCs that Terraform sends
// for each key, or for each instance of a data source, go through oneCall.
type callServer struct {
	frameworkServer
}

func (s *callServer) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.ValidateResourceConfig)
}

func (s *callServer) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.UpgradeResourceState)
}

func (s *callServer) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.UpgradeResourceIdentity)
}

func (s *callServer) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.ImportResourceState)
}

func (s *callServer) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.MoveResourceState)
}

func (s *callServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.ReadResource)
}

func (s *callServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.PlanResourceChange)
}

func (s *callServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.ApplyResourceChange)
}

func (s *callServer) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.ValidateDataResourceConfig)
}

func (s *callServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.ReadDataSource)
}

func (s *callServer) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return oneCall(ctx, req, s.frameworkServer.CallFunction)
}

// oneCall calls rpc with a context that holds on to nothing once rpc has returned.
func oneCall[Request, Response any](ctx context.Context, req Request, rpc func(context.Context, Request) (Response, error)) (Response, error) {
	call := &callContext{}
	call.current.Store(&ctx)
	defer call.current.Store(&endedContext)
	return rpc(call, req)
}

// callContext is the context of an RPC while the RPC runs, and a canceled context
// without values afterwards.
type callContext struct {
	current atomic.Pointer[context.Context]
}

var _ context.Context = (*callContext)(nil)

func (c *callContext) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }
func (c *callContext) Done() <-chan struct{}       { return (*c.current.Load()).Done() }
func (c *callContext) Err() error                  { return (*c.current.Load()).Err() }
func (c *callContext) Value(key any) any           { return (*c.current.Load()).Value(key) }

var endedContext = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()
