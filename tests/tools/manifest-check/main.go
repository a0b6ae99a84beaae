// Checks rendered manifests as an API server would: every document is decoded strictly into the API's own types and typed as server-side
// apply does, and every pod is judged by Pod Security "restricted". A kind that nobody here knows is a finding.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"

	certmanager "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/applyconfigurations"
	"k8s.io/client-go/kubernetes/scheme"
	podsecurity "k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
)

type checker struct {
	decoder   runtime.Decoder
	typed     func(runtime.Object) error
	builtIn   func(schema.GroupVersionKind) bool
	evaluator policy.Evaluator
	findings  int
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func newChecker() *checker {
	known := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, monitoring.AddToScheme, gateway.Install, certmanager.AddToScheme} {
		if err := add(known); err != nil {
			panic(err)
		}
	}
	converter := applyconfigurations.NewTypeConverter(scheme.Scheme)
	return &checker{
		decoder: json.NewSerializerWithOptions(json.DefaultMetaFactory, known, known, json.SerializerOptions{Yaml: true, Strict: true}),
		typed: func(object runtime.Object) error {
			_, err := converter.ObjectToTyped(object)
			return err
		},
		builtIn:   scheme.Scheme.Recognizes,
		evaluator: must(policy.NewEvaluator(policy.DefaultChecks(), nil)),
	}
}

func (c *checker) find(what string, kind any, why any) {
	c.findings++
	fmt.Printf("%s: %v: %v\n", what, kind, why)
}

// podOf is the pod that an object makes, if it makes one.
func podOf(object runtime.Object) (*meta.ObjectMeta, *core.PodSpec) {
	var template *core.PodTemplateSpec
	switch o := object.(type) {
	case *core.Pod:
		return &o.ObjectMeta, &o.Spec
	case *apps.Deployment:
		template = &o.Spec.Template
	case *apps.StatefulSet:
		template = &o.Spec.Template
	case *apps.DaemonSet:
		template = &o.Spec.Template
	case *batch.Job:
		template = &o.Spec.Template
	case *batch.CronJob:
		template = &o.Spec.JobTemplate.Spec.Template
	default:
		return nil, nil
	}
	return &template.ObjectMeta, &template.Spec
}

func (c *checker) check(document []byte) {
	object, kind, err := c.decoder.Decode(document, nil, nil)
	if err != nil {
		c.find("not as the API has it", kind, err)
	}
	if object == nil {
		return
	}
	if c.builtIn(*kind) {
		if err := c.typed(object); err != nil {
			c.find("cannot be applied", kind, err)
		}
	}
	about, pod := podOf(object)
	if pod == nil {
		return
	}
	level := podsecurity.LevelVersion{Level: podsecurity.LevelRestricted, Version: podsecurity.LatestVersion()}
	if verdict := policy.AggregateCheckResults(c.evaluator.EvaluatePod(level, about, pod)); !verdict.Allowed {
		c.find("not restricted", fmt.Sprintf("%v %s", kind, about.Name), verdict.ForbiddenDetail())
	}
}

func isEmpty(document []byte) bool {
	for _, line := range bytes.Split(document, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && !bytes.Equal(line, []byte("---")) {
			return false
		}
	}
	return true
}

func main() {
	c, objects := newChecker(), 0
	reader := yaml.NewYAMLReader(bufio.NewReader(os.Stdin))
	for {
		document, err := reader.Read()
		if err == io.EOF {
			break
		}
		if !isEmpty(must(document, err)) {
			objects++
			c.check(document)
		}
	}
	fmt.Printf("%d objects, %d findings\n", objects, c.findings)
	if objects == 0 || c.findings > 0 {
		os.Exit(1)
	}
}
